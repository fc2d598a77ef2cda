#ifndef MAIRU_BROKER_SERVERS_START_URL_H
#define MAIRU_BROKER_SERVERS_START_URL_H

/*
 * Resolves the IAM Identity Center start URL that a person knows: a company's
 * own host may redirect to its portal, whose own URL is what a client must be
 * registered with.
 *
 *  - One redirect is read and none is followed.
 *  - The target must be https (http on loopback) and an absolute URL.
 *  - Nothing secret is sent.
 */

#include "base/core/err.h"
#include "broker/servers/upstream.h"

struct start_url;

/* url NULL: e says why.  Both borrowed for the call; *s is then gone. */
typedef void start_url_done(void *arg, const char *url, const struct err *e);

/* Resolves it, to itself if it does not redirect.  done is called after this
 * returns.  ERR_USAGE: not a usable URL. */
int start_url_ask(const struct upstream *up, const char *url,
    start_url_done *done, void *arg, struct start_url **s,
    struct err *e) MUST_CHECK;

/* done is no longer called; safe on NULL. */
void start_url_cancel(struct start_url *s);

#endif
