#ifndef MAIRU_NET_HTTP_HTTP_H
#define MAIRU_NET_HTTP_HTTP_H

/*
 * HTTP client over libcurl (which only curl.c names), driven by our loop.
 *
 *  - Redirects are not followed: a token goes only to the host it was meant
 *    for.
 *  - HTTP/1.1 only; https, or http if the URL says so; CAs and proxy from
 *    broker.json, else the system's CAs and the environment's proxy.
 *  - Plain HTTP is for this machine only, and nothing is sent before the peer
 *    of the actual connection is known not to be another user's process.
 *  - Every call ends in bounded time, and its answer is bounded in size.
 *  - A connection MUST NOT outlive its call: its buffers would hold tokens.
 *  - Messages MUST NOT contain anything sent or received except host, port and
 *    status.
 */

#include <stdint.h>

#include "base/config/settings.h"
#include "base/core/err.h"
#include "net/http/ask.h"
#include "net/runtime/loop.h"

/* The clock of a host that answered, against this machine's. */
struct http_clock {
	char host[264]; /* with the port, if the URL has one; "": no server has
			   sent a date yet */
	int64_t ahead;	/* seconds */
};

struct http;
struct http_call;
struct log;

/* Called once, from the loop, when the call is over.  Without a complete answer
 * a is NULL and e is ERR_UPSTREAM (or ERR_NOMEM) and says what happened, with
 * which host, and what to do.  Both are borrowed. */
typedef void http_done(
    void *arg, const struct http_answer *a, const struct err *e);

/* libcurl is not started before the first call. */
int http_new(struct http **h, struct loop *loop, struct log *log,
    struct err *e) MUST_CHECK;

/* Cancels all calls. */
void http_free(struct http *h);

/* Settings for subsequent calls; copied. */
int http_configure(
    struct http *h, const struct settings *s, struct err *e) MUST_CHECK;

/* Time limits for subsequent calls: connecting, including DNS and TLS, and the
 * whole call. */
void http_set_limits(struct http *h, long connect_ms, long whole_ms);

/* Starts a call; always takes over take_ask.  done is not called on error, and
 * never before this returns. */
int http_start(struct http *h, struct http_ask *take_ask, http_done *done,
    void *arg, struct http_call **call, struct err *e) MUST_CHECK;

/* From the last answer that had a date. */
void http_clock(const struct http *h, struct http_clock *c);

/* done is not called; safe on NULL. */
void http_cancel(struct http_call *c);

#endif
