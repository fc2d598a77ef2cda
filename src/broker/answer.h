#ifndef MAIRU_BROKER_ANSWER_H
#define MAIRU_BROKER_ANSWER_H

/*
 * The parts that answers on the socket have in common.
 */

#include "base/buf.h"
#include "base/err.h"
#include "broker/credential.h"

/* WIRE_F_VERSION and WIRE_F_PID. */
void answer_self(struct buf *out);

/* A whole WIRE_ERROR. */
void answer_error(struct buf *out, const struct err *e);

/* WIRE_F_URL of the endpoint and WIRE_F_TOKEN. */
struct endpoint;
struct grant;
void answer_grant(
    struct buf *out, const struct endpoint *ep, const struct grant *grant);

/* WIRE_F_KEY_ID and what follows it. */
void answer_credential(struct buf *out, const struct credential *c);

#endif
