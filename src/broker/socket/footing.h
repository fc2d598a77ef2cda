#ifndef MAIRU_BROKER_SOCKET_FOOTING_H
#define MAIRU_BROKER_SOCKET_FOOTING_H

/*
 * The ground that a broker stands on: the two directories by which its socket
 * is named (base/sys/place.h).  A broker MUST NOT read others than those that
 * its socket's name tells.  So they are watched, and when the paths lead
 * elsewhere it ends, and with it what it holds: no shell would find it any
 * more.
 */

#include "base/sys/place.h"
#include "net/runtime/loop.h"

struct footing;

/* Calls lost(arg) from the loop once the paths lead to another place than
 * this.  ERR_REFUSED: they do already.  Other
 * errors: it can't be watched. */
int footing_new(struct footing **f, struct loop *loop,
    const struct place *place, void (*lost)(void *arg), void *arg,
    struct err *e) MUST_CHECK;

void footing_free(struct footing *f);

#endif
