#ifndef MAIRU_FRONT_CLIENT_PROXY_UNUSED_H
#define MAIRU_FRONT_CLIENT_PROXY_UNUSED_H

/*
 * A shell's proxy variables that no broker uses, since nobody has agreed to
 * them yet (base/config/proxies.h).
 */

#include "base/core/buf.h"

/* The variable that is still undecided; NULL if none is set, or broker.json
 * names a proxy, which takes precedence. */
const char *proxy_unused_name(void);

/* 1 if there are such variables; appends why they are not used, and the command
 * that adopts them. */
int proxy_unused(struct buf *out);

/* Prints that on one line, without values. */
void proxy_unused_say(void);

#endif
