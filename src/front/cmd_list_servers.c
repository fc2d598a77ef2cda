/* mairu list-servers: which credential servers are configured. */

#include <string.h>

#include "base/buf.h"
#include "base/fault.h"
#include "base/jsonout.h"
#include "base/servers.h"
#include "base/text.h"
#include "front/cmd.h"
#include "front/column.h"
#include "front/say.h"

enum {
	OPT_JSON,
	ID_COLUMNS = 32, /* a longer id moves the rest of its line */
	URL_COLUMNS = 48,
	/* 256 of an id, a URL and a path, each byte of which may become six. */
	TEXT_MAX = 16 * 1024 * 1024
};

static const char *kind_name(const struct servers_entry *one)
{
	return one->kind == SERVERS_AWS_SSO ? "aws_sso" : "oauth";
}

static void print_text(struct buf *b, const struct servers *s)
{
	size_t id_width = 0, url_width = 0;

	for (size_t i = 0; i < s->count; i++) {
		if (s->at[i].fault != NULL)
			continue;
		column_widen(&id_width, s->at[i].id, ID_COLUMNS);
		column_widen(&url_width, s->at[i].url, URL_COLUMNS);
	}
	for (size_t i = 0; i < s->count; i++) {
		const struct servers_entry *one = &s->at[i];

		if (one->fault != NULL)
			continue;
		column_put(b, one->id, id_width);
		column_put(b, kind_name(one), strlen("aws_sso"));
		column_put(b, one->url, url_width);
		text_path(b, one->path);
		buf_addc(b, '\n');
	}
}

static void print_json(struct buf *b, const struct servers *s)
{
	struct jsonout o;

	jsonout_init(&o, b, 1);
	jsonout_begin(&o, '[');
	for (size_t i = 0; i < s->count; i++) {
		const struct servers_entry *one = &s->at[i];

		if (one->fault != NULL)
			continue;
		jsonout_begin(&o, '{');
		jsonout_key(&o, "id");
		jsonout_str(&o, one->id);
		jsonout_key(&o, "kind");
		jsonout_str(&o, kind_name(one));
		jsonout_key(&o, "url");
		jsonout_str(&o, one->url);
		jsonout_key(&o, "file");
		jsonout_str(&o, one->path);
		jsonout_end(&o, '}');
	}
	jsonout_end(&o, ']');
	buf_addc(b, '\n');
}

static void say_unknown(const struct servers_entry *one)
{
	struct buf b = BUF_INIT(16384);
	char shown[FAULT_PATH];

	for (size_t i = 0; i < one->n_unknown; i++)
		buf_addf(&b, "%s%s", i > 0 ? ", " : "", one->unknown[i]);
	say("%s: these keys have no effect: %s", fault_path(one->path, shown),
	    buf_str(&b));
	buf_release(&b);
}

/* 1 when a file before this one has the same id, and what is wrong with that
 * was said then. */
static int said_before(const struct servers *s, size_t which)
{
	for (size_t i = 0; i < which; i++)
		if (s->at[i].fault == NULL &&
		    strcmp(s->at[i].id, s->at[which].id) == 0)
			return 1;
	return 0;
}

/* What a person has to mend; 1 when some server cannot be used for it. */
static int say_faults(const struct servers *s)
{
	int bad = 0;

	for (size_t i = 0; i < s->count; i++) {
		const struct servers_entry *one = &s->at[i], *found;
		struct err e;

		if (one->fault != NULL) {
			say("%s", one->fault);
			bad = 1;
			continue;
		}
		if (one->warning != NULL)
			say("%s", one->warning);
		if (one->n_unknown > 0)
			say_unknown(one);
		if (!said_before(s, i) &&
		    servers_find(s, one->id, &found, &e) < 0) {
			say("%s", e.msg);
			bad = 1;
		}
	}
	return bad;
}

static void say_none(void)
{
	char dir[PATH_MAX], shown[FAULT_PATH];

	if (servers_dir(dir, NULL) == 0)
		say("no credential server is configured: %s holds no *.json "
		    "file. What to put there: man mairu-servers",
		    fault_path(dir, shown));
}

static int list_servers_run(const struct cmd_line *line)
{
	struct buf b = BUF_INIT(TEXT_MAX);
	struct servers s;
	struct err e;
	int r;

	if (servers_load(&s, NULL, &e) < 0)
		return say_err(&e);
	if (line->option[OPT_JSON] != NULL)
		print_json(&b, &s);
	else
		print_text(&b, &s);
	r = say_data(&b);
	if (s.count == 0)
		say_none();
	if (say_faults(&s) && r == EXIT_OK)
		r = EXIT_FAILED;
	buf_release(&b);
	servers_release(&s);
	return r;
}

const struct cmd cmd_list_servers = {
    .name = "list-servers",
    .synopsis = "",
    .purpose = "lists the credential servers that are configured",
    .details =
	"One line each: id, kind (oauth or aws_sso), URL, file.  Files that\n"
	"cannot be used are named on standard error; the status is then 1.",
    .example = "mairu list-servers",
    .options = {[OPT_JSON] = {"json", 0, NULL, "the same for a program"}},
    .run = list_servers_run,
};
