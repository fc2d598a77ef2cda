#ifndef MAIRU_BROKER_COMMANDS_REPLY_H
#define MAIRU_BROKER_COMMANDS_REPLY_H

/*
 * The parts that answers on the socket have in common.
 */

#include "base/core/buf.h"
#include "base/core/err.h"
#include "net/aws/credential.h"

/* WIRE_F_VERSION and WIRE_F_PID. */
void reply_self(struct buf *out);

/* A whole WIRE_ERROR. */
void reply_error(struct buf *out, const struct err *e);

/* WIRE_F_URL of the endpoint and WIRE_F_TOKEN. */
struct endpoint;
struct grant;
void reply_grant(
    struct buf *out, const struct endpoint *ep, const struct grant *grant);

/* WIRE_F_KEY_ID and what follows it. */
void reply_credential(struct buf *out, const struct credential *c);

#endif
