#ifndef MAIRU_BROKER_SERVERS_START_URL_H
#define MAIRU_BROKER_SERVERS_START_URL_H

/*
 * Where the start URL of IAM Identity Center that a person knows leads to: a
 * company may have a host of its own that redirects to its portal, whose own
 * URL is what a client is registered with.
 *
 *  - One redirect is looked at and none is followed.
 *  - What it leads to counts only as https (http on loopback) and whole.
 *  - Nothing secret is sent.
 */

#include "base/core/err.h"
#include "broker/servers/upstream.h"

struct start_url;

/* url NULL: e says why.  Both borrowed for the call; it is over then. */
typedef void start_url_done(void *arg, const char *url, const struct err *e);

/* Asks it; the URL itself when it does not redirect.  done is not called
 * before this returns.  ERR_USAGE: it is none. */
int start_url_ask(const struct upstream *up, const char *url,
    start_url_done *done, void *arg, struct start_url **s,
    struct err *e) MUST_CHECK;

/* done is not called any more; safe on NULL. */
void start_url_cancel(struct start_url *s);

#endif
