#ifndef MAIRU_FRONT_CLIENT_PROXY_ASK_H
#define MAIRU_FRONT_CLIENT_PROXY_ASK_H

/*
 * The yes that the proxy variables of a shell need (base/config/proxies.h),
 * before a broker that is started there takes them.
 */

#include "base/core/buf.h"

/* Asks the person at the terminal, once for the same values.  Without a
 * terminal, at a prompt, or where broker.json names a proxy, which counts,
 * nothing is asked. */
void proxy_ask(void);

/* Says in one line, without values, that variables are not taken, unless the
 * person wanted that. */
void proxy_say_unused(void);

/* 1 when there are such variables: then why they are not taken, and the command
 * that adopts them, are appended. */
int proxy_unused(struct buf *out);

#endif
