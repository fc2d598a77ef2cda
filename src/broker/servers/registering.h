#ifndef MAIRU_BROKER_SERVERS_REGISTERING_H
#define MAIRU_BROKER_SERVERS_REGISTERING_H

/*
 * A client of ours with a server, before anybody logs in with it: the one that
 * is kept (registration.h), or one that is registered now, and kept.
 */

#include "base/config/servers.h"
#include "base/core/err.h"
#include "broker/kinds/provider.h"
#include "broker/servers/catalog.h"
#include "broker/servers/upstream.h"

struct registering;

/* client NULL: e says why.  Both borrowed for the call; it is over then. */
typedef void registering_done(
    void *arg, const struct provider_client *client, const struct err *e);

/* Where a server wants none, the client is all zero.  fresh != 0: one that is
 * kept is not taken, and stays until there is the new one.  done is called from
 * the loop, and not before this returns. */
int registering_start(const struct upstream *up,
    const struct catalog_entry *server, enum servers_grant g, int fresh,
    registering_done *done, void *arg, struct registering **r,
    struct err *e) MUST_CHECK;

/* done is not called any more; safe on NULL. */
void registering_cancel(struct registering *r);

#endif
