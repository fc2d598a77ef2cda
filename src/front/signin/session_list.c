#include "front/signin/session_list.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/core/jsonout.h"
#include "front/terminal/table.h"
#include "front/terminal/when.h"

/* By id; a valid session before an ended one. */
static int compare(const void *a, const void *b)
{
	const struct logged_in_one *x = a, *y = b;
	int r = strcmp(x->id, y->id);

	return r != 0 ? r : logged_in_holds(y) - logged_in_holds(x);
}

void session_list_sort(struct logged_in *l)
{
	qsort(l->at, l->count, sizeof(l->at[0]), compare);
}

static void add_end(
    struct buf *b, const struct logged_in_one *one, int64_t now, int utc)
{
	if (!logged_in_holds(one)) {
		buf_adds(b, "expired ");
		when_table(b, one->ended, utc);
	} else if (logged_in_renews_late(one, now)) {
		buf_adds(b, "renews when used");
	} else if (one->expires != 0) {
		when_table(b, one->expires, utc);
	} else {
		buf_adds(b, "when it is revoked");
	}
}

void session_list_text(struct buf *b, const struct logged_in *l, int utc)
{
	static const char *const heads[] = {
	    "SERVER", "URL", "EXPIRES", "RENEWS", NULL};
	struct buf end = BUF_INIT(64);
	int64_t now = (int64_t)time(NULL);
	struct screen screen;
	struct table t;

	table_init(&t, heads);
	for (size_t i = 0; i < l->count; i++) {
		const struct logged_in_one *one = &l->at[i];
		int holds = logged_in_holds(one);

		buf_clear(&end);
		add_end(&end, one, now, utc);
		table_add(&t, one->id);
		table_add(&t, one->url);
		table_add_styled(
		    &t, holds ? STYLE_PLAIN : STYLE_WARN, buf_str(&end));
		table_add(&t, one->renews && holds ? "yes" : "no");
	}
	screen_look(&screen, STDOUT_FILENO);
	table_put(b, &t, &screen);
	table_release(&t);
	buf_release(&end);
}

static void time_member(struct jsonout *o, const char *key, int64_t t)
{
	char at[WHEN_UTC];

	when_utc(t, at);
	jsonout_key(o, key);
	jsonout_str(o, t != 0 ? at : NULL);
}

void session_list_json(struct buf *b, const struct logged_in *l)
{
	struct jsonout o;

	jsonout_init(&o, b, 1);
	jsonout_begin(&o, '[');
	for (size_t i = 0; i < l->count; i++) {
		const struct logged_in_one *one = &l->at[i];

		jsonout_begin(&o, '{');
		jsonout_key(&o, "id");
		jsonout_str(&o, one->id);
		jsonout_key(&o, "url");
		jsonout_str(&o, one->url);
		time_member(&o, "expires_at", one->expires);
		jsonout_key(&o, "renews");
		jsonout_bool(&o, one->renews && logged_in_holds(one));
		jsonout_key(&o, "expired");
		jsonout_bool(&o, !logged_in_holds(one));
		time_member(&o, "expired_at", one->ended);
		jsonout_end(&o, '}');
	}
	jsonout_end(&o, ']');
	buf_addc(b, '\n');
}
