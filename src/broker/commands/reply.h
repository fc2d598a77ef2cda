#ifndef MAIRU_BROKER_COMMANDS_REPLY_H
#define MAIRU_BROKER_COMMANDS_REPLY_H

/*
 * Common parts of answers on the socket.
 */

#include "base/core/buf.h"
#include "base/core/err.h"
#include "base/protocol/message.h"

/* The answer to WIRE_QUIT and WIRE_INFO. */
void reply_self(struct buf *out, enum wire_type type);

/* A complete WIRE_ERROR. */
void reply_error(struct buf *out, const struct err *e);

/* An answer with the URL of the endpoint and the token. */
struct endpoint;
struct grant;
void reply_grant(struct buf *out, struct message *m, const struct endpoint *ep,
    const struct grant *grant);

#endif
