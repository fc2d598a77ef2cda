#ifndef MAIRU_BROKER_SERVERS_REGISTERING_H
#define MAIRU_BROKER_SERVERS_REGISTERING_H

/*
 * Gets our client at a server before a login: the stored one (registration.h),
 * or one registered now, and stored.
 */

#include "base/config/servers.h"
#include "base/core/err.h"
#include "broker/kinds/provider.h"
#include "broker/servers/catalog.h"
#include "broker/servers/upstream.h"

struct registering;

/* client NULL: e says why.  Both borrowed for the call; *r is then gone. */
typedef void registering_done(
    void *arg, const struct provider_client *client, const struct err *e);

/* If the server wants none, the client is all zero.  fresh != 0: ignores a
 * stored one, which stays until the new one exists.  done is called from the
 * loop, after this returns. */
int registering_start(const struct upstream *up,
    const struct catalog_entry *server, enum servers_grant g, int fresh,
    registering_done *done, void *arg, struct registering **r,
    struct err *e) MUST_CHECK;

/* done is no longer called; safe on NULL. */
void registering_cancel(struct registering *r);

#endif
