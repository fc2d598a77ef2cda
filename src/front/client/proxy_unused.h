#ifndef MAIRU_FRONT_CLIENT_PROXY_UNUSED_H
#define MAIRU_FRONT_CLIENT_PROXY_UNUSED_H

/*
 * Proxy variables of a shell that no broker takes, since nobody has agreed to
 * them yet (base/config/proxies.h).
 */

#include "base/core/buf.h"

/* The variable whose values nobody has said a word on, or NULL: where none is
 * set, or broker.json names a proxy, which counts. */
const char *proxy_unused_name(void);

/* 1 when there are such variables: then why they are not taken, and the command
 * that adopts them, are appended. */
int proxy_unused(struct buf *out);

/* Says that in one line, without values. */
void proxy_unused_say(void);

#endif
