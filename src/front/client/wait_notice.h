#ifndef MAIRU_FRONT_CLIENT_WAIT_NOTICE_H
#define MAIRU_FRONT_CLIENT_WAIT_NOTICE_H

/*
 * Requests that may have to wait for a remote server: after a second, the user
 * is told what for.
 */

#include <stdint.h>

#include "base/core/err.h"
#include "front/client/client.h"

/* client_call(), with `what` on standard error ("waiting for ..."), sanitised.
 */
int wait_notice_call(struct client *c, const struct message *request,
    const char *what, struct message *answer, struct err *e) MUST_CHECK;

/* For callers that wait for several: waits until a second after `since`
 * (plat_ms()), and returns 1 if there is still nothing to read. */
int wait_notice_ends(const struct client *c, int64_t since);

#endif
