#include "front/role/listing.h"

#include <string.h>
#include <unistd.h>

#include "base/config/servers.h"
#include "base/core/buf.h"
#include "base/core/text.h"
#include "base/sys/plat.h"
#include "front/client/client.h"
#include "front/role/role_list.h"
#include "front/servers/server_check.h"
#include "front/terminal/column.h"
#include "front/terminal/say.h"
#include "front/terminal/screen.h"

enum {
	OPEN_MS = 10000,
	SILENT_MS = 1000, /* longer waits are explained */
	ID_COLUMNS = 32,  /* a longer id shifts the rest of its line */
	SHOWN_COLUMNS = 60,
	/* Servers asked ahead of their turn, so that one that does not answer
	 * delays the others only by itself. */
	AHEAD = 32,
	/* After this such a connection is closed, and its request may have been
	 * given up: the broker is asked for what there is. */
	AHEAD_MS = 25000,
};

struct listing {
	struct client client;
	struct client ahead[AHEAD];
	size_t n_ahead;
	int64_t asked_ahead; /* when, by plat_ms() */
	struct role_format format;
	int fresh;
	struct screen screen; /* for the progress message */
	int told;	      /* it is shown */
	int64_t started;      /* with the current server */
	/* how it went */
	int closed;    /* the reader is gone */
	int listed;    /* servers */
	int no_login;  /* servers */
	int exit_code; /* of the first failure */
};

/* --- progress */

static void tell(struct listing *l, const struct role_list *r)
{
	struct buf b = BUF_INIT(1024);

	if (!l->screen.draws ||
	    (!l->told && plat_ms() - l->started < SILENT_MS))
		return;
	buf_adds(&b, "\r\033[Kmairu: waiting for ");
	text_safe(&b, r->server, strlen(r->server), SHOWN_COLUMNS);
	if (r->part.total > 0)
		buf_addf(&b, ": %lld of %lld accounts", (long long)r->part.done,
		    (long long)r->part.total);
	l->told = 1;
	say_text(&b);
	buf_release(&b);
}

static void untell(struct listing *l)
{
	struct buf b = BUF_INIT(16);

	if (!l->told)
		return;
	buf_adds(&b, "\r\033[K");
	say_text(&b);
	buf_release(&b);
	l->told = 0;
}

/* Writes the output so far; -1 if the reader is gone. */
static int flush(struct listing *l)
{
	if (l->format.out.len == 0)
		return 0;
	untell(l);
	l->closed = say_data(&l->format.out) != EXIT_OK;
	buf_clear(&l->format.out);
	return l->closed ? -1 : 0;
}

/* --- one server */

static int fail(
    struct listing *l, const char *server, const struct err *e, int only)
{
	struct buf b = BUF_INIT(1024);
	int code = EXIT_LOGIN;

	untell(l);
	if (e->code == ERR_LOGIN && !only) {
		text_safe(&b, server, strlen(server), SHOWN_COLUMNS);
		say("%s: %s", buf_str(&b), e->msg);
		buf_release(&b);
	} else {
		code = say_err(e);
	}
	if (e->code == ERR_LOGIN)
		l->no_login++;
	else if (e->code == ERR_NOT_FOUND && !only)
		l->listed++; /* it has no list, which is not a failure */
	else if (l->exit_code == EXIT_OK)
		l->exit_code = code;
	return -1;
}

static void say_unusable(const struct role_list *r)
{
	struct buf b = BUF_INIT(1024);

	text_safe(&b, r->server, strlen(r->server), SHOWN_COLUMNS);
	if (r->part.unusable == 1)
		say("%s: skipped 1 role whose name can't be shown or used",
		    buf_str(&b));
	else
		say("%s: skipped %lld roles whose names can't be shown or used",
		    buf_str(&b), (long long)r->part.unusable);
	buf_release(&b);
}

/* ahead: the client that asked ahead, or NULL. */
static void list_server(struct listing *l, const struct servers_entry *one,
    struct client *ahead, int only)
{
	struct role_format *f = &l->format;
	struct role_list r = {
	    .server = one->id, .fresh = l->fresh, .client = &l->client};
	struct err e;
	int begun = 0, rc;

	l->started = plat_ms();
	if (ahead != NULL && l->started - l->asked_ahead > AHEAD_MS) {
		ahead = NULL;
		r.fresh = 0;
	}
	do {
		rc = role_list_next(&r, begun ? NULL : ahead, &e);
		if (rc < 0)
			break;
		if (!begun)
			role_format_server(f, one->id, one->url, 1);
		begun = 1;
		role_format_part(f, &r);
		if (flush(l) < 0)
			return;
		tell(l, &r);
	} while (r.more);
	untell(l);
	l->listed += rc == 0;
	if (rc == 0 && r.part.unusable > 0)
		say_unusable(&r);
	/* The result is still an object. */
	if (!begun && f->kind == ROLE_FORMAT_JSON)
		role_format_server(f, one->id, one->url, e.code != ERR_LOGIN);
	if (begun || f->kind == ROLE_FORMAT_JSON)
		role_format_server_end(
		    f, rc < 0 && (begun || e.code != ERR_LOGIN) ? e.msg : NULL);
	if (flush(l) == 0 && rc < 0)
		(void)fail(l, one->id, &e, only);
}

/* --- all servers */

static void say_fault(struct listing *l, const char *why)
{
	untell(l);
	say_failure("%s", why);
	if (l->exit_code == EXIT_OK)
		l->exit_code = EXIT_FAILED;
}

/* Asks a server ahead of its turn.  An error will recur when its turn comes. */
static int ask_ahead(struct listing *l, const struct servers_entry *one)
{
	const struct role_list r = {.server = one->id, .fresh = l->fresh};
	struct client *c = &l->ahead[l->n_ahead];
	struct err e;
	int rc = client_open(c, CLIENT_EXISTING, plat_ms() + OPEN_MS, &e);

	if (rc == 0)
		rc = role_list_ahead(&r, c, &e);
	if (rc == 0)
		l->n_ahead++;
	else
		client_close(c);
	return rc;
}

static void prepare(struct listing *l, const struct servers *s)
{
	size_t usable = 0;
	struct err e;
	int rc = 0;

	l->asked_ahead = plat_ms();
	for (size_t i = 0; i < s->count; i++) {
		if (server_check(s, i, &e) != SERVER_USABLE)
			continue;
		column_widen(&l->format.id_width, s->at[i].id, ID_COLUMNS);
		if (usable++ > 0 && rc == 0 && l->n_ahead < AHEAD)
			rc = ask_ahead(l, &s->at[i]);
	}
}

static void list_all(struct listing *l, const struct servers *s)
{
	struct client *c;
	struct err e;
	size_t at = 0;

	prepare(l, s);
	for (size_t i = 0; i < s->count && !l->closed; i++) {
		switch (server_check(s, i, &e)) {
		case SERVER_USABLE:
			c = at > 0 && at <= l->n_ahead ? &l->ahead[at - 1]
						       : NULL;
			at++;
			list_server(l, &s->at[i], c, 0);
			if (c != NULL)
				client_close(c);
			break;
		case SERVER_FAULTY:
			say_fault(l, s->at[i].fault);
			break;
		case SERVER_AMBIGUOUS:
			say_fault(l, e.msg);
			break;
		case SERVER_MENTIONED:
			break;
		}
	}
}

static int list(struct listing *l, const struct servers *s, const char *server)
{
	const struct servers_entry *one = NULL;
	struct err e;

	if (server != NULL && servers_find(s, server, &one, &e) < 0)
		return say_err(&e);
	if (client_open(&l->client, CLIENT_SPAWN, plat_ms() + OPEN_MS, &e) <
	    0) {
		client_close(&l->client);
		return say_err(&e);
	}
	if (one != NULL)
		list_server(l, one, NULL, 1);
	else
		list_all(l, s);
	client_close(&l->client);
	for (size_t i = 0; i < l->n_ahead; i++)
		client_close(&l->ahead[i]);
	if (l->closed)
		return EXIT_FAILED;
	role_format_end(&l->format);
	if (flush(l) < 0)
		return EXIT_FAILED;
	if (l->exit_code == EXIT_OK && l->no_login > 0 && l->listed == 0)
		return EXIT_LOGIN;
	return l->exit_code;
}

int listing_print(enum role_format_kind kind, const char *server, int fresh)
{
	static struct listing l; /* large, and zero */
	struct servers s;
	struct err e;
	int r;

	if (servers_load(&s, NULL, &e) < 0)
		return say_err(&e);
	l.fresh = fresh;
	screen_look(&l.screen, STDERR_FILENO);
	role_format_init(&l.format, kind);
	if (s.count > 0 || server != NULL) {
		r = list(&l, &s, server);
	} else {
		(void)server_none(&e);
		r = say_err(&e);
	}
	buf_release(&l.format.out);
	servers_release(&s);
	return r;
}
