/*
 * Finds the server the user means: by id, or else by URL; never guesses.
 */

#include "base/config/servers.h"

#include <string.h>

#include "base/core/text.h"
#include "base/core/url.h"
#include "base/sys/fault.h"

enum {
	NAMED = 4,
	COLUMNS = 60
};

/* `name` as a URL in normal form; not NULL. */
static const char *tidy(struct buf *out, const char *name)
{
	struct buf url = BUF_INIT(URL_MAX);

	buf_add(&url, name, strcspn(name, "#"));
	if (!url.failed &&
	    url_fault(buf_str(&url), URL_HTTPS | URL_HTTP_LOOPBACK) == NULL)
		url_normal(out, buf_str(&url));
	buf_release(&url);
	return buf_str(out);
}

static size_t without_slash(const char *url)
{
	size_t len = strlen(url);

	return len > 0 && url[len - 1] == '/' ? len - 1 : len;
}

static int same_url(const char *a, const char *b)
{
	size_t len = without_slash(a);

	return len > 0 && len == without_slash(b) && memcmp(a, b, len) == 0;
}

struct match {
	const struct servers_entry *at[NAMED];
	size_t count, given; /* given: how many of them have an explicit id */
};

static void add(struct match *m, const struct servers_entry *one)
{
	if (m->count < NAMED)
		m->at[m->count] = one;
	m->count++;
	m->given += one->id_given != 0;
}

/* "a.json, b.json" */
static void add_files(struct buf *b, const struct match *m)
{
	for (size_t i = 0; i < m->count && i < NAMED; i++) {
		const char *file = strrchr(m->at[i]->path, '/') + 1;

		buf_adds(b, i > 0 ? ", " : "");
		text_safe(b, file, strlen(file), COLUMNS);
	}
	if (m->count > NAMED)
		buf_addf(b, " and %zu more", m->count - NAMED);
}

static int ambiguous(const struct match *m, const char *name, const char *what,
    const char *advice, struct err *e)
{
	struct buf shown = BUF_INIT(512), files = BUF_INIT(2048);
	char dir[PATH_MAX], shown_dir[FAULT_PATH];
	int r;

	r = servers_dir(dir, e);
	if (r < 0)
		return r;
	text_safe(&shown, name, strlen(name), COLUMNS);
	add_files(&files, m);
	r = err_set(e, ERR_FORMAT, "%zu files of %s have the %s %s: %s. %s",
	    m->count, fault_path(dir, shown_dir), what, buf_str(&shown),
	    buf_str(&files), advice);
	buf_release(&shown);
	buf_release(&files);
	return r;
}

static int absent(const struct servers *s, const char *name, struct err *e)
{
	struct buf shown = BUF_INIT(512);
	size_t broken = 0;

	for (size_t i = 0; i < s->count; i++)
		broken += s->at[i].fault != NULL;
	text_safe(&shown, name, strlen(name), COLUMNS);
	if (broken > 0)
		(void)err_set(e, ERR_NOT_FOUND,
		    "there is no server %s; %zu of the %zu files could not be "
		    "used",
		    buf_str(&shown), broken, s->count);
	else
		(void)err_set(
		    e, ERR_NOT_FOUND, "there is no server %s", buf_str(&shown));
	buf_release(&shown);
	return err_run(e, ERR_NOT_FOUND, "mairu list-servers");
}

int servers_find(const struct servers *s, const char *name,
    const struct servers_entry **found, struct err *e)
{
	struct match ids = {.count = 0}, urls = {.count = 0};
	struct buf tidied = BUF_INIT(URL_MAX + 1);
	const char *url = tidy(&tidied, name);

	for (size_t i = 0; i < s->count; i++) {
		const struct servers_entry *one = &s->at[i];

		if (one->fault != NULL)
			continue;
		if (strcmp(one->id, name) == 0)
			add(&ids, one);
		if (same_url(one->url, url))
			add(&urls, one);
	}
	buf_release(&tidied);
	*found = NULL;
	if (ids.count > 1)
		return ambiguous(&ids, name, "id",
		    "Give each an id of its own, or remove all but one", e);
	/* A default id, being the URL, is no better than a URL match. */
	if (ids.count == 1 && (ids.given == 1 || urls.count <= 1))
		*found = ids.at[0];
	else if (urls.count == 1)
		*found = urls.at[0];
	else if (urls.count > 1)
		return ambiguous(&urls, name, "URL",
		    "Name the server by its id (mairu list-servers shows it)",
		    e);
	else
		return absent(s, name, e);
	return 0;
}
