#ifndef MAIRU_BROKER_ENDPOINT_ENDPOINT_H
#define MAIRU_BROKER_ENDPOINT_ENDPOINT_H

/*
 * Where AWS SDKs fetch credentials: http://127.0.0.1:PORT/v1/credentials.
 *
 *  - A browser MUST NOT get through, whatever page it shows: an Origin, or a
 *    Host that is not this address (DNS rebinding), is refused.
 *  - Another user of the machine MUST NOT get through even with a token.
 *  - A token is worth something only while its project is trusted, which is
 *    asked at each use.
 *  - No answer holds a token of ours, and an error says what to do about it.
 *  - Whatever a server does, an answer comes before the SDK gives up; the call
 *    goes on, and the next request finds what it brought.
 *
 * An error is {"code", "message"} of exactly `application/json`; its status is
 * 4xx where trying again is pointless, 503 where it is not.
 */

#include <stdint.h>

#include "base/core/buf.h"
#include "base/core/err.h"
#include "broker/endpoint/recall.h"
#include "broker/grants/grant.h"
#include "broker/roles/roles.h"
#include "net/runtime/loop.h"

struct endpoint;

/* take_listener: as httpd_new() has it. */
int endpoint_new(struct endpoint **ep, struct loop *loop, int take_listener,
    struct grants *grants, struct recalls *recalls, struct roles *roles,
    struct log *log, struct err *e) MUST_CHECK;
void endpoint_free(struct endpoint *ep);

/* What there is to do about a role that can't be had without a login. */
struct endpoint_login {
	/* 1 when somebody is logging in at that server: then the request rests
	 * until endpoint_logged_in(), or until its client would give up. */
	int (*under_way)(void *arg, const char *server);
	/* A program that has the grant is about to be told that it needs one.
	 * 1: its terminal is to be looked for. */
	int (*needed)(void *arg, const struct grant *grant);
	/* It was found. */
	void (*found)(
	    void *arg, const struct grant *grant, const char *terminal);
	void *arg;
};

void endpoint_on_login(struct endpoint *ep, const struct endpoint_login *login);

/* There is a session: what rests asks again. */
void endpoint_logged_in(struct endpoint *ep);

/* Appends the URL. */
void endpoint_url(const struct endpoint *ep, struct buf *out);

/* How many peers were let in by their token alone. */
uint64_t endpoint_unverified(const struct endpoint *ep);

#endif
