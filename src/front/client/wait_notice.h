#ifndef MAIRU_FRONT_CLIENT_WAIT_NOTICE_H
#define MAIRU_FRONT_CLIENT_WAIT_NOTICE_H

/*
 * A request that a server elsewhere may have to answer first: who waits longer
 * than a second is told what for.
 */

#include <stdint.h>

#include "base/core/err.h"
#include "front/client/client.h"

/* client_call(), and `what` on standard error ("waiting for ..."), sanitised.
 */
int wait_notice_call(struct client *c, const struct message *request,
    const char *what, struct message *answer, struct err *e) MUST_CHECK;

/* Waits until a second after `since` (plat_ms()) has passed, and returns 1 when
 * there is nothing to be read even then: for who waits for several. */
int wait_notice_ends(const struct client *c, int64_t since);

#endif
