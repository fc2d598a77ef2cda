#ifndef MAIRU_BROKER_SERVERS_UPSTREAM_H
#define MAIRU_BROKER_SERVERS_UPSTREAM_H

/*
 * What whoever talks to servers stands on: sessions, roles and logins.  It is
 * made and unmade by broker/upstream_open.h.
 */

#include "base/core/err.h"
#include "base/core/hash.h"
#include "base/core/secret.h"
#include "broker/kinds/provider.h"
#include "broker/servers/config.h"
#include "net/runtime/loop.h"

struct log;

struct upstream {
	struct loop *loop; /* these four are not its own */
	struct log *log;
	struct slab *slab;
	const struct config *config;
	struct http *http;
	struct throttle *pace;
	struct catalog *catalog;
	struct registrations *registrations;
	struct sessions *sessions;
};

/* What a provider's functions are told, of that server and now. */
static inline struct provider_at upstream_at(
    const struct upstream *up, const struct servers_entry *server)
{
	return (struct provider_at){
	    .server = server,
	    .settings = config_settings(up->config),
	    .slab = up->slab,
	    .now = loop_wall(up->loop),
	};
}

/* The same of the server that has this identity now, with its functions;
 * borrowed as a catalog_entry is.  ERR_NOT_FOUND: its file is gone, or says
 * something else. */
int upstream_find(const struct upstream *up,
    const unsigned char identity[HASH_SHA256], struct provider_at *at,
    const struct provider **p, struct err *e) MUST_CHECK;

/* The same in the middle of something: for ERR_NOT_FOUND there is ERR_UPSTREAM,
 * which says that the file of id was changed. */
int upstream_still(const struct upstream *up, const char *id,
    const unsigned char identity[HASH_SHA256], struct provider_at *at,
    const struct provider **p, struct err *e) MUST_CHECK;

#endif
