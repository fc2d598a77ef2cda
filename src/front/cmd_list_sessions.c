/* mairu list-sessions: where one is logged in, and for how long. */

#include <string.h>

#include "base/buf.h"
#include "base/jsonout.h"
#include "base/text.h"
#include "front/cmd.h"
#include "front/column.h"
#include "front/logged_in.h"
#include "front/say.h"
#include "front/when.h"

enum {
	OPT_UTC,
	OPT_JSON,
	ID_COLUMNS = 32, /* a longer one moves the rest of its line */
	URL_COLUMNS = 48,
	TIME_COLUMNS = 22,
	TEXT_MAX = 16 * 1024 * 1024
};

static void print_text(struct buf *b, const struct logged_in *l, int utc)
{
	size_t id_width = strlen("SERVER"), url_width = strlen("URL");

	for (size_t i = 0; i < l->count; i++) {
		column_widen(&id_width, l->at[i].id, ID_COLUMNS);
		column_widen(&url_width, l->at[i].url, URL_COLUMNS);
	}
	if (l->count == 0)
		return;
	column_put(b, "SERVER", id_width);
	column_put(b, "URL", url_width);
	column_put(b, "EXPIRES", TIME_COLUMNS);
	buf_adds(b, "RENEWS\n");
	for (size_t i = 0; i < l->count; i++) {
		const struct logged_in_one *one = &l->at[i];
		struct buf at = BUF_INIT(64);

		if (one->expires != 0)
			when_table(&at, one->expires, utc);
		else
			buf_adds(&at, "when it is revoked");
		column_put(b, one->id, id_width);
		column_put(b, one->url, url_width);
		column_put(b, buf_str(&at), TIME_COLUMNS);
		buf_adds(b, one->renews ? "yes\n" : "no\n");
		buf_release(&at);
	}
}

static void print_json(struct buf *b, const struct logged_in *l)
{
	struct jsonout o;

	jsonout_init(&o, b, 1);
	jsonout_begin(&o, '[');
	for (size_t i = 0; i < l->count; i++) {
		const struct logged_in_one *one = &l->at[i];
		char at[WHEN_UTC];

		when_utc(one->expires, at);
		jsonout_begin(&o, '{');
		jsonout_key(&o, "id");
		jsonout_str(&o, one->id);
		jsonout_key(&o, "url");
		jsonout_str(&o, one->url);
		jsonout_key(&o, "expires_at");
		jsonout_str(&o, one->expires != 0 ? at : NULL);
		jsonout_key(&o, "renews");
		jsonout_bool(&o, one->renews);
		jsonout_end(&o, '}');
	}
	jsonout_end(&o, ']');
	buf_addc(b, '\n');
}

static int list_sessions_run(const struct cmd_line *line)
{
	static struct logged_in l; /* large */
	struct buf b = BUF_INIT(TEXT_MAX);
	struct err e;
	int r;

	if (logged_in_ask(&l, &e) < 0) {
		logged_in_release(&l);
		return say_err(&e);
	}
	if (line->option[OPT_JSON] != NULL)
		print_json(&b, &l);
	else
		print_text(&b, &l, line->option[OPT_UTC] != NULL);
	r = say_data(&b);
	if (l.count == 0)
		say("there is no session. Run: mairu login");
	buf_release(&b);
	logged_in_release(&l);
	return r;
}

const struct cmd cmd_list_sessions = {
    .name = "list-sessions",
    .synopsis = "",
    .purpose = "lists where one is logged in, and for how long",
    .details =
	"Asks a broker that runs; none is started for it.  Without a session\n"
	"nothing is printed, and that is said on standard error.",
    .example = "mairu list-sessions",
    .options = {[OPT_UTC] = {"utc", 0, NULL, "times in UTC, not local ones"},
	[OPT_JSON] = {"json", 0, NULL, "the same for a program, in UTC"}},
    .run = list_sessions_run,
};
