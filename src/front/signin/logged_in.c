#include "front/signin/logged_in.h"

#include <string.h>
#include <time.h>

#include "base/config/servers.h"
#include "base/sys/plat.h"
#include "front/client/client.h"
#include "front/terminal/when.h"

enum {
	BROKER_MS = 1000
};

static void take(struct logged_in *l, struct wire_iter rows)
{
	struct message row;

	while (
	    l->count < LOGGED_IN_MAX && message_row(&row, WIRE_SESSIONS, &rows))
		l->at[l->count++] = (struct logged_in_one){
		    .id = row.server,
		    .url = row.url,
		    .expires = row.expires,
		    .renews = row.renews != 0,
		    .ended = row.ended,
		};
}

int logged_in_ask(struct logged_in *l, struct err *e)
{
	struct message m = {.type = WIRE_SESSIONS};
	struct client c;
	int r =
	    client_ask(&c, CLIENT_EXISTING, plat_ms() + BROKER_MS, &m, &m, e);

	memset(l, 0, sizeof(*l));
	if (r == 0)
		take(l, m.rows);
	else if (r == ERR_NOT_FOUND && c.fd < 0)
		r = 0;
	l->body = c.in;
	buf_init(&c.in, 0);
	client_close(&c);
	return r;
}

void logged_in_release(struct logged_in *l)
{
	buf_release(&l->body);
	memset(l, 0, sizeof(*l));
}

int logged_in_holds(const struct logged_in_one *one)
{
	return one->ended == 0;
}

int logged_in_renews_late(const struct logged_in_one *one, int64_t now)
{
	return logged_in_holds(one) && one->renews && one->expires != 0 &&
	       one->expires <= now;
}

void logged_in_tell(const struct logged_in_one *one, struct buf *out)
{
	int64_t now = (int64_t)time(NULL);

	if (logged_in_renews_late(one, now)) {
		buf_adds(out, "logged in, and renewed when it is used");
		return;
	}
	buf_adds(out, "logged in ");
	when_until(out, one->expires, now);
	buf_adds(out, one->renews ? ", and renewed by then" : "");
}

static const struct logged_in_one *by_id(
    const struct logged_in *l, const char *id, int holds)
{
	for (size_t i = 0; i < l->count; i++)
		if (logged_in_holds(&l->at[i]) == holds &&
		    strcmp(l->at[i].id, id) == 0)
			return &l->at[i];
	return NULL;
}

static const struct logged_in_one *find(
    const struct logged_in *l, const char *server, int holds)
{
	const struct logged_in_one *found = by_id(l, server, holds);
	const struct servers_entry *one;
	struct servers s;

	if (found != NULL || l->count == 0)
		return found;
	/* Then try its URL. */
	if (servers_load(&s, NULL, NULL) < 0)
		return NULL;
	if (servers_find(&s, server, &one, NULL) == 0)
		found = by_id(l, one->id, holds);
	servers_release(&s);
	return found;
}

const struct logged_in_one *logged_in_find(
    const struct logged_in *l, const char *server)
{
	return find(l, server, 1);
}

const struct logged_in_one *logged_in_find_ended(
    const struct logged_in *l, const char *server)
{
	return find(l, server, 0);
}
