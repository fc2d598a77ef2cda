#include "front/servers/sso_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/config/servers.h"
#include "base/core/jsonout.h"
#include "base/core/text.h"
#include "base/sys/fault.h"
#include "base/sys/file.h"
#include "front/terminal/say.h"

enum {
	ID_MAX =
	    200, /* file names are limited to 255 bytes, and ours adds some */
	SHOWN_COLUMNS = 80,
};

/* --- making it */

static int is_name(const char *id)
{
	size_t len = strlen(id);

	if (len == 0 || len > ID_MAX || id[0] == '.' || id[0] == '-' ||
	    !text_utf8(id, len))
		return 0;
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)id[i] < ' ' || id[i] == 0x7f || id[i] == '/')
			return 0;
	return 1;
}

int sso_file_place(struct sso_file *f, struct err *e)
{
	char dir[PATH_MAX];
	int n, r;

	if (!is_name(f->id))
		return err_set(e, ERR_USAGE,
		    "the id becomes a file name: it may not have a slash, "
		    "begin with a dot or a dash, or be longer than %d bytes",
		    ID_MAX);
	r = servers_dir(dir, e);
	if (r < 0)
		return r;
	n = snprintf(f->path, sizeof(f->path), "%s/%s.json", dir, f->id);
	if (n < 0 || (size_t)n >= sizeof(f->path))
		return err_set(
		    e, ERR_LIMIT, "the path of the file is too long");
	return 0;
}

static void write_text(struct sso_file *f)
{
	struct jsonout o;

	buf_init(&f->text, SERVERS_MAX_BYTES);
	jsonout_init(&o, &f->text, 1);
	jsonout_begin(&o, '{');
	jsonout_member(&o, "url", f->url);
	jsonout_member(&o, "id", f->id);
	jsonout_open(&o, "aws_sso", '{');
	jsonout_member(&o, "region", f->region);
	jsonout_open(&o, "scope", '[');
	for (size_t i = 0; i < f->n_scopes; i++)
		jsonout_str(&o, f->scope[i]);
	if (f->n_scopes == 0)
		jsonout_str(&o, "sso:account:access");
	jsonout_end(&o, ']');
	jsonout_end(&o, '}');
	jsonout_end(&o, '}');
	buf_addc(&f->text, '\n');
}

static int parse(const struct sso_file *f, const struct buf *text,
    struct servers_entry *one, struct err *e)
{
	memset(one, 0, sizeof(*one));
	one->path = strdup(f->path);
	if (one->path == NULL)
		say_oom();
	return servers_parse(one, text->data, text->len, NULL, e);
}

static void forget(struct servers_entry *one)
{
	servers_forget(one);
	free(one->path);
}

int sso_file_compose(struct sso_file *f, struct err *e)
{
	struct servers_entry one;
	struct err why;
	int r;

	write_text(f);
	if (f->text.failed)
		return err_set(e, ERR_USAGE, "that is too much for one file");
	r = parse(f, &f->text, &one, &why);
	if (r < 0)
		(void)err_set(e, ERR_USAGE,
		    "these values do not make a valid server: %s", why.msg);
	forget(&one);
	return r < 0 ? ERR_USAGE : 0;
}

/* --- an existing file */

static void differ(
    struct buf *b, const char *what, const char *there, const char *ours)
{
	if (there != NULL && strcmp(there, ours) == 0)
		return;
	buf_addf(b, "%s%s ", b->len > 0 ? ", " : "", what);
	if (there != NULL)
		text_safe(b, there, strlen(there), SHOWN_COLUMNS);
	else
		buf_adds(b, "none");
	buf_adds(b, " instead of ");
	text_safe(b, ours, strlen(ours), SHOWN_COLUMNS);
}

static void compare(
    const struct sso_file *f, const struct buf *text, struct buf *differs)
{
	struct servers_entry there, ours;
	struct err e;

	if (parse(f, &f->text, &ours, &e) < 0)
		say_oom();
	if (parse(f, text, &there, &e) < 0) {
		buf_adds(differs, "it is not the file of a server");
	} else {
		if (there.kind != ours.kind)
			buf_adds(differs, "an OAuth server");
		differ(differs, "id", there.id, ours.id);
		differ(differs, "URL", there.url, ours.url);
		if (there.kind == ours.kind)
			differ(differs, "region", there.region, ours.region);
		differ(differs, "scope", there.scope, ours.scope);
		if (there.local_port != 0)
			buf_addf(differs, "%slocal_port %d",
			    differs->len > 0 ? ", " : "", there.local_port);
	}
	forget(&there);
	forget(&ours);
}

int sso_file_differs(const struct sso_file *f, struct buf *differs)
{
	struct buf text = BUF_INIT(SERVERS_MAX_BYTES);
	struct err e;
	int r = file_read(f->path, &text, &e);

	if (r == 0)
		compare(f, &text, differs);
	else if (r != ERR_NOT_FOUND)
		buf_adds(differs, e.msg);
	buf_release(&text);
	if (r == ERR_NOT_FOUND)
		return 0;
	return differs->len > 0 ? 1 : -1;
}

int sso_file_put(const struct sso_file *f, struct err *e)
{
	char dir[PATH_MAX];
	int r = servers_dir(dir, e);

	if (r == 0)
		r = file_make_dir(dir, 0, e);
	return r < 0 ? r : file_write(f->path, f->text.data, f->text.len, e);
}
