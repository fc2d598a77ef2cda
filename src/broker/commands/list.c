/* Requests to a server on a person's behalf: list roles, resolve a start URL,
 * register a client. */

#include "broker/commands/question.h"

#include <stdlib.h>
#include <string.h>

#include "broker/broker.h"
#include "broker/commands/reply.h"
#include "broker/roles/listing.h"
#include "broker/servers/registering.h"
#include "broker/servers/start_url.h"

enum {
	/* Shows progress to whoever waits. */
	TICK = 1000,
	MOST = 200, /* roles per answer */
	/* One more must always fit. */
	FULL = WIRE_MAX_BODY - 64 * 1024,
};

/* --- roles */

static void put_role(struct buf *rows, const struct provider_role *r)
{
	message_put_row(rows, WIRE_ROLES,
	    &(struct message){.role = r->role,
		.account = r->account,
		.account_name = r->account_name,
		.description = r->description});
}

/* Puts its roles into `rows`, as many as fit. */
static struct message part_message(
    const struct listing_part *part, struct buf *rows)
{
	size_t n = 0;

	while (n < part->n && n < MOST && rows->len < FULL)
		put_role(rows, part->at[n++]);
	return (struct message){
	    .rows = message_rows(rows),
	    .cursor = (int64_t)(part->cursor + n),
	    .more = part->more || n < part->n,
	    .done = (int64_t)part->done,
	    .total = (int64_t)part->total,
	    .unusable = (int64_t)part->unusable,
	};
}

static void listed(
    void *arg, const struct listing_part *part, const struct err *e)
{
	struct buf rows = BUF_INIT(WIRE_MAX_BODY);
	struct message m;

	if (part)
		m = part_message(part, &rows);
	ask_finish(arg, &m, e);
	buf_release(&rows);
}

static void tick(void *arg)
{
	struct ask *a = arg;
	struct listing_wait *w = a->own;
	struct listing_part part;

	listing_look(w, &part);
	listing_leave(w);
	listed(a, &part, NULL);
}

static void drop_roles(struct ask *a)
{
	listing_leave(a->own);
	free(a->own);
}

int ask_roles(struct broker *b, struct connections_client *c,
    const struct message *r, struct buf *out, struct err *e)
{
	const struct listing_want want = {.server = r->server,
	    .cursor = (uint64_t)r->cursor,
	    .fresh = (int)r->fresh};
	struct listing_wait *w;
	struct ask *a;
	int rc;

	(void)out;
	a = ask_new(b, c, r);
	w = a ? calloc(1, sizeof(*w)) : NULL;
	if (!w) {
		if (a)
			ask_free(a);
		return ask_no_memory(e);
	}
	w->fn = listed;
	w->arg = a->timer.arg = a;
	a->timer.fn = tick;
	a->own = w;
	a->drop = drop_roles;
	rc = listing_ask(b->listings, &want, w, e);
	if (rc < 0) {
		ask_free(a);
		return rc;
	}
	connections_set(c, a);
	loop_arm(b->loop, &a->timer, TICK);
	return ASK_LATER;
}

int ask_roles_known(struct broker *b, struct connections_client *c,
    const struct message *r, struct buf *out, struct err *e)
{
	const struct listing_want want = {
	    .server = r->server, .cursor = (uint64_t)r->cursor};
	struct buf rows = BUF_INIT(WIRE_MAX_BODY);
	struct listing_part part;
	struct message m;
	int rc = listing_known(b->listings, &want, &part, e);

	(void)c;
	if (rc < 0)
		return rc;
	m = part_message(&part, &rows);
	m.type = r->type;
	message_put_answer(out, &m);
	buf_release(&rows);
	return 0;
}

/* --- a start URL */

static void led(void *arg, const char *url, const struct err *e)
{
	struct ask *a = arg;

	a->own = NULL;
	ask_finish(a, &(struct message){.url = url}, e);
}

static void drop_start_url(struct ask *a)
{
	start_url_cancel(a->own);
}

int ask_start_url(struct broker *b, struct connections_client *c,
    const struct message *r, struct buf *out, struct err *e)
{
	struct start_url *s = NULL;
	struct ask *a = ask_new(b, c, r);
	int rc;

	(void)out;
	if (!a)
		return ask_no_memory(e);
	rc = start_url_ask(&b->up, r->url, led, a, &s, e);
	if (rc < 0) {
		ask_free(a);
		return rc;
	}
	a->own = s;
	a->drop = drop_start_url;
	connections_set(c, a);
	return ASK_LATER;
}

/* --- clients */

struct register_ask {
	unsigned char identity[HASH_SHA256];
	enum servers_grant grant;
	struct registering *now;
	int64_t expires; /* of the shorter one; 0: never */
};

static int register_one(struct ask *a, struct err *e);

static void drop_register(struct ask *a)
{
	struct register_ask *own = a->own;

	registering_cancel(own->now);
	free(own);
}

static void registered(
    void *arg, const struct provider_client *client, const struct err *e)
{
	struct ask *a = arg;
	struct register_ask *own = a->own;
	struct err why;

	own->now = NULL;
	if (!client) {
		ask_finish(a, NULL, e);
		return;
	}
	if (client->expires &&
	    (!own->expires || client->expires < own->expires))
		own->expires = client->expires;
	if (own->grant == SERVERS_DEVICE) {
		ask_finish(a, &(struct message){.expires = own->expires}, NULL);
		return;
	}
	own->grant = SERVERS_DEVICE;
	if (register_one(a, &why) < 0)
		ask_finish(a, NULL, &why);
}

/* A client is for one grant only, and a server may have both. */
static int register_one(struct ask *a, struct err *e)
{
	const struct upstream *up = &a->broker->up;
	struct register_ask *own = a->own;
	struct catalog_entry server;
	int rc = catalog_identified(up->catalog, own->identity, &server, e);

	if (rc < 0)
		return rc;
	return registering_start(up, &server, own->grant, a->how & ROLES_FRESH,
	    registered, a, &own->now, e);
}

int ask_register(struct broker *b, struct connections_client *c,
    const struct message *r, struct buf *out, struct err *e)
{
	struct register_ask *own;
	struct catalog_entry server;
	struct ask *a;
	int rc;

	(void)out;
	/* Its file may just have been written. */
	catalog_stale(b->up.catalog);
	rc = catalog_find(b->up.catalog, r->server, &server, e);
	if (rc < 0)
		return rc;
	a = ask_new(b, c, r);
	own = a ? calloc(1, sizeof(*own)) : NULL;
	if (!own) {
		if (a)
			ask_free(a);
		return ask_no_memory(e);
	}
	memcpy(own->identity, server.identity, HASH_SHA256);
	own->grant = SERVERS_CODE;
	a->own = own;
	a->drop = drop_register;
	rc = register_one(a, e);
	if (rc < 0) {
		ask_free(a);
		return rc;
	}
	connections_set(c, a);
	return ASK_LATER;
}
