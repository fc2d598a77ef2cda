/* mairu list-servers: which credential servers are configured. */

#include <string.h>
#include <unistd.h>

#include "base/config/servers.h"
#include "base/core/buf.h"
#include "base/core/jsonout.h"
#include "base/sys/fault.h"
#include "front/cli/cmd.h"
#include "front/servers/server_check.h"
#include "front/terminal/say.h"
#include "front/terminal/table.h"

enum {
	OPT_JSON,
	/* 256 of an id, a URL and a path, each byte of which may become six. */
	TEXT_MAX = 16 * 1024 * 1024
};

static void print_text(struct buf *b, const struct servers *s)
{
	static const char *const heads[] = {
	    "SERVER", "KIND", "URL", "FILE", NULL};
	struct screen screen;
	struct table t;

	table_init(&t, heads);
	for (size_t i = 0; i < s->count; i++) {
		const struct servers_entry *one = &s->at[i];

		if (one->fault != NULL)
			continue;
		table_add(&t, one->id);
		table_add(&t, servers_kind_key(one->kind));
		table_add(&t, one->url);
		table_add_path(&t, one->path);
	}
	screen_look(&screen, STDOUT_FILENO);
	table_put(b, &t, &screen);
	table_release(&t);
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
		jsonout_str(&o, servers_kind_key(one->kind));
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

/* What a person has to mend; 1 when some server cannot be used for it. */
static int say_faults(const struct servers *s)
{
	int bad = 0;

	for (size_t i = 0; i < s->count; i++) {
		const struct servers_entry *one = &s->at[i];
		struct err e;
		enum server_check found = server_check(s, i, &e);

		if (found == SERVER_FAULTY)
			say_failure("%s", one->fault);
		if (one->warning != NULL)
			say("%s", one->warning);
		if (one->n_unknown > 0)
			say_unknown(one);
		if (found == SERVER_AMBIGUOUS)
			say_failure("%s", e.msg);
		bad |= found != SERVER_USABLE;
	}
	return bad;
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
	if (s.count == 0) {
		(void)server_none(&e);
		say("%s", e.msg);
	}
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
	"Each with its id, kind (oauth or aws_sso), URL and file.  Files that\n"
	"cannot be used are named on standard error; the status is then 1.",
    .example = "mairu list-servers",
    .options = {[OPT_JSON] = {"json", 0, NULL, "the same for a program"}},
    .run = list_servers_run,
};
