#ifndef MAIRU_BROKER_SOCKET_FOOTING_H
#define MAIRU_BROKER_SOCKET_FOOTING_H

/*
 * Watches the two directories that a broker's socket is named after
 * (base/sys/place.h).  A broker MUST NOT read any others.  So when the paths
 * lead elsewhere it exits, along with everything it holds: no shell would find
 * it any more.
 */

#include "base/sys/place.h"
#include "net/runtime/loop.h"

struct footing;

/* Calls lost(arg) from the loop once the paths no longer lead to this place.
 * ERR_REFUSED: they already don't.  Other errors: can't watch. */
int footing_new(struct footing **f, struct loop *loop,
    const struct place *place, void (*lost)(void *arg), void *arg,
    struct err *e) MUST_CHECK;

void footing_free(struct footing *f);

#endif
