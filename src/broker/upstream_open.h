#ifndef MAIRU_BROKER_UPSTREAM_OPEN_H
#define MAIRU_BROKER_UPSTREAM_OPEN_H

/*
 * Makes what roles and logins stand on, and unmakes it.
 */

#include "broker/servers/upstream.h"

/* upstream_close() is right also after a failure, and on a zeroed one. */
int upstream_open(struct upstream *up, struct loop *loop, struct log *log,
    struct slab *slab, const struct config *config, struct err *e) MUST_CHECK;
void upstream_close(struct upstream *up);

#endif
