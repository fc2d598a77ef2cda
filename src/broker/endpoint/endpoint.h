#ifndef MAIRU_BROKER_ENDPOINT_ENDPOINT_H
#define MAIRU_BROKER_ENDPOINT_ENDPOINT_H

/*
 * Where AWS SDKs fetch credentials: http://127.0.0.1:PORT/v1/credentials.
 *
 *  - A browser MUST NOT get through, whatever page it shows: an Origin, or a
 *    Host that is not this address (DNS rebinding), is refused.
 *  - Another user of the machine MUST NOT get through even with a token.
 *  - A token is valid only while its project is trusted, which is checked on
 *    each use.
 *  - No response contains a token of ours, and every error says what to do.
 *  - Whatever a server does, we respond before the SDK gives up; the call
 *    continues, and the next request finds its result.
 *
 * An error is {"code", "message"} of exactly `application/json`; its status is
 * 4xx if retrying is pointless, 503 if not.
 */

#include <stdint.h>

#include "base/core/buf.h"
#include "base/core/err.h"
#include "broker/endpoint/recall.h"
#include "broker/grants/grant.h"
#include "broker/roles/roles.h"
#include "net/runtime/loop.h"

struct endpoint;

/* take_listener: see httpd_new(). */
int endpoint_new(struct endpoint **ep, struct loop *loop, int take_listener,
    struct grants *grants, struct recalls *recalls, struct roles *roles,
    struct log *log, struct err *e) MUST_CHECK;
void endpoint_free(struct endpoint *ep);

/* Hooks for a role that needs a login first. */
struct endpoint_login {
	/* 1 if a login at that server is in progress: the request then waits
	 * for endpoint_logged_in(), or until its client would give up. */
	int (*under_way)(void *arg, const char *server);
	/* A program with this grant is about to be told that a login is needed.
	 * 1: look for its terminal. */
	int (*needed)(void *arg, const struct grant *grant);
	/* The terminal was found. */
	void (*found)(
	    void *arg, const struct grant *grant, const char *terminal);
	void *arg;
};

void endpoint_on_login(struct endpoint *ep, const struct endpoint_login *login);

/* There is a session: waiting requests try again. */
void endpoint_logged_in(struct endpoint *ep);

/* Appends the URL. */
void endpoint_url(const struct endpoint *ep, struct buf *out);

/* Number of peers admitted by their token alone. */
uint64_t endpoint_unverified(const struct endpoint *ep);

#endif
