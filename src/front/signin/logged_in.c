#include "front/signin/logged_in.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/config/servers.h"
#include "base/sys/plat.h"
#include "front/client/client.h"
#include "front/terminal/say.h"
#include "front/terminal/when.h"

enum {
	BROKER_MS = 1000
};

static int take_text(const struct wire_field *f, char **out)
{
	if (*out != NULL)
		return ERR_FORMAT;
	*out = malloc(f->len + 1);
	if (*out == NULL)
		say_oom();
	(*out)[0] = '\0';
	return wire_text(f, *out, f->len + 1);
}

/* A group begins with its SERVER and ends with its ENDED. */
static int take(struct logged_in *l, unsigned *next, const struct wire_field *f)
{
	static const enum wire_tag order[] = {WIRE_F_SERVER, WIRE_F_URL,
	    WIRE_F_EXPIRES, WIRE_F_RENEWS, WIRE_F_ENDED};
	struct logged_in_one *one;
	uint64_t n = 0;
	int r;

	if (f->tag != order[*next] || l->count == LOGGED_IN_MAX)
		return ERR_FORMAT;
	one = &l->at[l->count];
	*next = (*next + 1) % 5;
	switch (f->tag) {
	case WIRE_F_SERVER:
		return take_text(f, &one->id);
	case WIRE_F_URL:
		return take_text(f, &one->url);
	case WIRE_F_EXPIRES:
		r = wire_num(f, &n);
		one->expires = n > INT64_MAX ? INT64_MAX : (int64_t)n;
		return r;
	case WIRE_F_RENEWS:
		r = wire_num(f, &n);
		one->renews = n != 0;
		return r;
	default:
		r = wire_num(f, &n);
		one->ended = n > INT64_MAX ? INT64_MAX : (int64_t)n;
		l->count++;
		return r;
	}
}

int logged_in_read(
    struct logged_in *l, const struct wire_frame *f, struct err *e)
{
	struct wire_iter it;
	struct wire_field field;
	unsigned next = 0;
	int r;

	memset(l, 0, sizeof(*l));
	wire_iter_init(&it, f->body, f->len);
	while ((r = wire_next(&it, &field)) > 0) {
		r = take(l, &next, &field);
		if (r < 0)
			break;
	}
	return r < 0 || next != 0 ? client_nonsense(e) : 0;
}

int logged_in_ask(struct logged_in *l, struct err *e)
{
	struct buf request = BUF_INIT(WIRE_MAX_BODY);
	struct wire_frame f;
	struct client c;
	int r;

	memset(l, 0, sizeof(*l));
	wire_end(&request, client_begin(&request, WIRE_SESSIONS));
	r = client_ask(
	    &c, CLIENT_EXISTING, plat_ms() + BROKER_MS, &request, &f, e);
	if (r == 0)
		r = logged_in_read(l, &f, e);
	else if (r == ERR_NOT_FOUND && c.fd < 0)
		r = 0;
	client_close(&c);
	buf_release(&request);
	return r;
}

void logged_in_release(struct logged_in *l)
{
	for (size_t i = 0; i < LOGGED_IN_MAX; i++) {
		free(l->at[i].id);
		free(l->at[i].url);
	}
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
	/* By its URL, then. */
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
