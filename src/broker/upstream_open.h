#ifndef MAIRU_BROKER_UPSTREAM_OPEN_H
#define MAIRU_BROKER_UPSTREAM_OPEN_H

/*
 * Creates and destroys what roles and logins are built on.
 */

#include "broker/servers/upstream.h"

/* upstream_close() is safe after a failure, and on a zeroed struct. */
int upstream_open(struct upstream *up, struct loop *loop, struct log *log,
    struct slab *slab, const struct config *config, struct err *e) MUST_CHECK;
void upstream_close(struct upstream *up);

#endif
