#include "front/servers/server_list.h"

#include <unistd.h>

#include "base/core/jsonout.h"
#include "base/sys/fault.h"
#include "front/servers/server_check.h"
#include "front/terminal/say.h"
#include "front/terminal/table.h"

void server_list_text(struct buf *b, const struct servers *s)
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

void server_list_json(struct buf *b, const struct servers *s)
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

int server_list_faults(const struct servers *s)
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
