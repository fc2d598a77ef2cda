#ifndef MAIRU_BROKER_SERVERS_UPSTREAM_H
#define MAIRU_BROKER_SERVERS_UPSTREAM_H

/*
 * The shared basis of sessions, roles and logins, for talking to servers.
 * Created and destroyed by broker/upstream_open.h.
 */

#include "base/core/err.h"
#include "base/core/hash.h"
#include "base/core/secret.h"
#include "broker/kinds/provider.h"
#include "broker/servers/config.h"
#include "net/runtime/loop.h"

struct log;

struct upstream {
	struct loop *loop; /* these four are borrowed */
	struct log *log;
	struct slab *slab;
	const struct config *config;
	struct http *http;
	struct throttle *pace;
	struct catalog *catalog;
	struct registrations *registrations;
	struct sessions *sessions;
};

/* The arguments of a provider's functions, for that server and now. */
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

/* The same for the server that has this identity now, with its functions;
 * borrowed like a catalog_entry.  ERR_NOT_FOUND: its file is gone or has
 * changed. */
int upstream_find(const struct upstream *up,
    const unsigned char identity[HASH_SHA256], struct provider_at *at,
    const struct provider **p, struct err *e) MUST_CHECK;

/* The same in mid-operation: instead of ERR_NOT_FOUND returns ERR_UPSTREAM,
 * saying that the file of id was changed. */
int upstream_still(const struct upstream *up, const char *id,
    const unsigned char identity[HASH_SHA256], struct provider_at *at,
    const struct provider **p, struct err *e) MUST_CHECK;

#endif
