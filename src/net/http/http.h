#ifndef MAIRU_NET_HTTP_HTTP_H
#define MAIRU_NET_HTTP_HTTP_H

/*
 * Requests to servers, over libcurl (which curl.c alone names), turned by
 * our loop.
 *
 *  - No redirect is followed: a token goes to the host it was meant for.
 *  - HTTP/1.1 only, https (http where the URL given says so), the system's
 *    CAs or those of broker.json; its proxy, or that of the environment.
 *  - Without TLS, which is for this machine alone, nothing is sent to a program
 *    of another user: who has the other end of the very connection is asked
 *    first.
 *  - Every call ends, well or badly, in bounded time, and what it was told is
 *    bounded too.
 *  - A connection MUST NOT outlive its call: buffers of a kept one would hold
 *    tokens.
 *  - Nothing that was sent or came MUST reach a message but what is said of
 *    host, port and status.
 */

#include <stdint.h>

#include "base/config/settings.h"
#include "base/core/err.h"
#include "net/http/ask.h"
#include "net/runtime/loop.h"

/* The clock of a host that answered, against this machine's. */
struct http_clock {
	char host[264]; /* with its port, where the URL has one; "": nobody
			   has told the time yet */
	int64_t ahead;	/* seconds */
};

struct http;
struct http_call;
struct log;

/* Called once, from the loop.  a is NULL when there was no whole answer: then
 * e is ERR_UPSTREAM (or ERR_NOMEM) and says what happened, with which host,
 * and what to do about it.  Both borrowed for the call; the call is over. */
typedef void http_done(
    void *arg, const struct http_answer *a, const struct err *e);

/* Nothing of libcurl is started before the first call. */
int http_new(struct http **h, struct loop *loop, struct log *log,
    struct err *e) MUST_CHECK;

/* Cancels whatever is under way. */
void http_free(struct http *h);

/* What holds for calls from now on; copied. */
int http_configure(
    struct http *h, const struct settings *s, struct err *e) MUST_CHECK;

/* Milliseconds for a connection, the name and TLS included, and for the whole
 * of a call; from now on. */
void http_set_limits(struct http *h, long connect_ms, long whole_ms);

/* Starts a call; take_ask is taken over in any case.  On an error done is not
 * called; without one not before this returns. */
int http_start(struct http *h, struct http_ask *take_ask, http_done *done,
    void *arg, struct http_call **call, struct err *e) MUST_CHECK;

/* As the last answer with a date had it. */
void http_clock(const struct http *h, struct http_clock *c);

/* done is not called any more; safe on NULL. */
void http_cancel(struct http_call *c);

#endif
