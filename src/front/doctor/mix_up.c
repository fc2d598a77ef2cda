/* Whether one server could obtain another's authorization codes.  A hostile or
 * compromised server can redirect a browser to the login page of another.  The
 * code that comes back from there is not mistaken for its own if the other
 * names itself (RFC 9207), or redirects browsers to a path of its own. */

#include "front/doctor/doctor.h"

#include <string.h>

#include "base/core/text.h"
#include "base/sys/path.h"
#include "front/servers/server_check.h"

enum {
	TEXT_MAX = 16 * 1024,
	NAMES = 400, /* columns of ids in one line */
};

#define USUAL "/oauth2callback"

static const char *path_of(const struct servers_entry *s)
{
	return s->redirect_path != NULL ? s->redirect_path : USUAL;
}

/* Browsers are redirected back from it. */
static int counts(const struct doctor *d, size_t i)
{
	const struct servers_entry *s = &d->servers.at[i];
	struct err e;

	return server_check(&d->servers, i, &e) == SERVER_USABLE &&
	       s->kind == SERVERS_OAUTH && s->has_code;
}

static int names_itself(const struct doctor *d, const struct servers_entry *s)
{
	for (size_t i = 0; i < d->n_reached; i++)
		if (strcmp(d->reached[i].server, s->id) == 0 &&
		    d->reached[i].names_itself)
			return 1;
	return 0;
}

/* Another server with this path, or NULL; from is where to start. */
static const struct servers_entry *other(
    const struct doctor *d, size_t i, size_t from, size_t to)
{
	const char *path = path_of(&d->servers.at[i]);

	for (size_t k = from; k < to; k++)
		if (k != i && counts(d, k) &&
		    strcmp(path_of(&d->servers.at[k]), path) == 0)
			return &d->servers.at[k];
	return NULL;
}

/* The characters of the id that a path may hold. */
static void add_own_path(struct buf *b, const struct servers_entry *s)
{
	buf_adds(b, USUAL "/");
	for (const char *c = s->id; *c; c++)
		buf_addc(b, text_has(*c, "") ? *c : '-');
}

static void add_fix(struct buf *b, const struct servers_entry *s)
{
	buf_adds(b, "register http://127.0.0.1");
	add_own_path(b, s);
	buf_adds(b, " there in its place, and put \"redirect_path\": \"");
	add_own_path(b, s);
	buf_adds(b, "\" into the \"code_grant\" of ");
	path_text(b, s->path);
}

/* One finding for all servers that share a path and do not name themselves. */
static void check_path(struct doctor *d, size_t first)
{
	const struct servers_entry *s = &d->servers.at[first], *fix = NULL;
	struct buf b = BUF_INIT(TEXT_MAX), names = BUF_INIT(TEXT_MAX);
	size_t n = 0;

	for (size_t i = first; i < d->servers.count; i++) {
		const struct servers_entry *one = &d->servers.at[i];

		if (!counts(d, i) || strcmp(path_of(one), path_of(s)) != 0 ||
		    names_itself(d, one))
			continue;
		fix = fix ? fix : one;
		buf_adds(&names, n++ > 0 ? ", " : "");
		text_safe(&names, one->id, strlen(one->id), NAMES);
	}
	if (n > 0) {
		buf_adds(&b, buf_str(&names));
		buf_addf(&b,
		    ": other servers have the same redirect path (%s), and "
		    "%s not say whose a code is: a server that is hostile "
		    "could get a code of %s. To mend it for ",
		    path_of(s), n == 1 ? "this one does" : "these do",
		    n == 1 ? "it" : "them");
		text_safe(&b, fix->id, strlen(fix->id), NAMES);
		buf_adds(&b, ", ");
		add_fix(&b, fix);
		findings_add(
		    &d->f, FINDING_WARNING, "servers", "%s", buf_str(&b));
	}
	buf_release(&b);
	buf_release(&names);
}

void doctor_mix_up(struct doctor *d)
{
	/* Unknown which of them name themselves. */
	if (d->n_reached == 0)
		return;
	for (size_t i = 0; i < d->servers.count; i++)
		if (counts(d, i) && other(d, i, 0, i) == NULL &&
		    other(d, i, i, d->servers.count) != NULL)
			check_path(d, i);
}
