#include "broker/notify/needs.h"

#include <string.h>

#include "base/core/wire.h"
#include "broker/broker.h"
#include "broker/endpoint/endpoint.h"
#include "broker/grants/grant.h"
#include "broker/login/login.h"
#include "broker/notify/notice.h"
#include "broker/servers/catalog.h"

enum {
	IN_USE_SECONDS = 60 * 60,
};

/* 1 and the identity of the server that the grant's role is of. */
static int server_of(struct broker *b, const char *name,
    unsigned char identity[HASH_SHA256], const char **id)
{
	struct catalog_entry found;
	struct err e;

	if (catalog_find(b->up.catalog, name, &found, &e) < 0)
		return 0;
	memcpy(identity, found.identity, HASH_SHA256);
	*id = found.server->id;
	return 1;
}

static void tell(struct broker *b, const struct grant *grant,
    const unsigned char *identity, const char *terminal)
{
	notice_tell(b->notices, identity, grant_project(grant)->role, terminal);
}

void needs_login(struct broker *b, const struct grant *grant)
{
	unsigned char identity[HASH_SHA256];
	const char *id;

	if (!server_of(b, grant_project(grant)->server, identity, &id))
		return;
	notice_raise(b->notices, identity, id);
	tell(b, grant, identity, grant_terminal(grant));
}

/* --- the endpoint */

static int under_way(void *arg, const char *server)
{
	const struct broker *b = arg;

	return login_find(b->logins, server) != NULL;
}

static int needed(void *arg, const struct grant *grant)
{
	struct broker *b = arg;
	unsigned char identity[HASH_SHA256];
	const char *id;

	needs_login(b, grant);
	/* Of one that was lent it is known, or not wanted. */
	return *grant_project(grant)->config &&
	       server_of(b, grant_project(grant)->server, identity, &id) &&
	       notice_may_seek(b->notices, identity);
}

static void found(void *arg, const struct grant *grant, const char *terminal)
{
	struct broker *b = arg;
	unsigned char identity[HASH_SHA256];
	const char *id;

	if (server_of(b, grant_project(grant)->server, identity, &id))
		tell(b, grant, identity, terminal);
}

void needs_endpoint(struct broker *b)
{
	const struct endpoint_login l = {
	    .under_way = under_way,
	    .needed = needed,
	    .found = found,
	    .arg = b,
	};

	endpoint_on_login(b->endpoint, &l);
}

/* --- sessions */

struct ended {
	struct broker *b;
	unsigned char identity[HASH_SHA256]; /* it may be the session's own */
};

static void rests_on(void *arg, const struct grant *grant)
{
	const struct ended *ended = arg;
	unsigned char identity[HASH_SHA256];
	const char *id;

	if (server_of(ended->b, grant_project(grant)->server, identity, &id) &&
	    memcmp(identity, ended->identity, HASH_SHA256) == 0)
		needs_login(ended->b, grant);
}

void needs_session(
    struct broker *b, const unsigned char identity[HASH_SHA256], int is)
{
	struct ended ended = {.b = b};

	memcpy(ended.identity, identity, HASH_SHA256);
	if (is) {
		notice_over(b->notices, ended.identity);
		if (b->endpoint)
			endpoint_logged_in(b->endpoint);
		return;
	}
	grants_each(b->grants, IN_USE_SECONDS, rests_on, &ended);
	grants_each_lent(b->grants, rests_on, &ended);
}

void needs_over(struct broker *b, const unsigned char *identity)
{
	notice_over(b->notices, identity);
}

/* --- prompts */

void needs_put(struct broker *b, const char *server, struct buf *out)
{
	unsigned char identity[HASH_SHA256];
	const char *id;
	int64_t since;

	if (!notice_at(b->notices, 0) || !server_of(b, server, identity, &id))
		return;
	since = notice_since(b->notices, identity);
	if (!since)
		return;
	wire_puts(out, WIRE_F_SERVER, id);
	wire_putn(out, WIRE_F_SINCE, (uint64_t)since);
}

void needs_put_all(struct broker *b, struct buf *out)
{
	unsigned char identity[HASH_SHA256];
	const char *name, *id;

	/* Its file may have been edited, or removed, meanwhile. */
	for (size_t i = 0; (name = notice_at(b->notices, i)); i++)
		if (server_of(b, name, identity, &id) &&
		    notice_since(b->notices, identity))
			wire_puts(out, WIRE_F_SERVER, name);
}
