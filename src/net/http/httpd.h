#ifndef MAIRU_NET_HTTP_HTTPD_H
#define MAIRU_NET_HTTP_HTTPD_H

/*
 * A small HTTP server on loopback, over GNU libmicrohttpd (which only this
 * module names), driven by our loop.  A request is answered at once or later;
 * its connection is suspended until then.
 *
 * It serves one listening socket and limits connections, idle time and request
 * size.  Authorization is up to the handler; each connection carries the
 * verdict on its peer made when it was accepted.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/core/buf.h"
#include "base/core/err.h"
#include "net/http/peer.h"
#include "net/runtime/loop.h"

struct httpd;
struct httpd_request;

/* The idle time and number of connections of each kind are at the top of
 * httpd.c. */
enum httpd_peer {
	HTTPD_OURS,
	HTTPD_UNKNOWN, /* can't tell: few and short-lived, until
			  httpd_peer_is_ours() */
	HTTPD_OTHER,   /* another user's: refuse */
	HTTPD_SURPLUS, /* too many connections: answer so */
};

struct httpd_handler {
	/* Called once for each new connection. */
	enum httpd_peer (*peer)(
	    void *arg, const struct tcp_end *peer, const struct tcp_end *ours);
	/* A request with its complete header has arrived (one with a NUL in its
	 * header never gets here).  Answer now or later, with
	 * httpd_answer(). */
	void (*request)(void *arg, struct httpd_request *r);
	/* An unanswered request was dropped: forget it. */
	void (*gone)(void *arg, struct httpd_request *r);
	void *arg;
	/* Limit of request line and header in bytes; 0: enough for programs.
	 * Browsers need more: they send the cookies of every port of this
	 * host. */
	size_t header_max;
};

/* take_listener is a non-blocking socket listening on loopback (loopback.h); it
 * is taken over, even on failure. */
int httpd_new(struct httpd **h, struct loop *loop, int take_listener,
    const struct httpd_handler *handler, struct err *e) MUST_CHECK;

/* Stops listening and frees the port at once.  Existing connections go on. */
void httpd_quiesce(struct httpd *h);

/* Closes everything; `gone` is called for pending requests.  Don't call it from
 * a handler. */
void httpd_free(struct httpd *h);

uint16_t httpd_port(const struct httpd *h);

/* All that follow: borrowed until the request is answered or gone. */
enum httpd_peer httpd_peer(const struct httpd_request *r);

/* The two ends of its connection; 0 if no longer known. */
int httpd_ends(
    const struct httpd_request *r, struct tcp_end *peer, struct tcp_end *ours);

/* An unknown peer has authenticated: treat its connection as HTTPD_OURS. */
void httpd_peer_is_ours(const struct httpd_request *r);
const char *httpd_method(const struct httpd_request *r);

/* 1 if it announces a body.  Bodies are not read; the connection closes after
 * the answer. */
int httpd_has_body(const struct httpd_request *r);

/* The request target, neither decoded nor split. */
const char *httpd_target(const struct httpd_request *r);

/* The value of a header, or NULL.  *n (may be NULL) is how many of that name
 * there are. */
const char *httpd_header(
    const struct httpd_request *r, const char *name, size_t *n);

/* User data for the handler; initially NULL. */
void httpd_set(struct httpd_request *r, void *data);
void *httpd_get(const struct httpd_request *r);

struct httpd_field {
	const char *name, *value;
};

/* Answers; call once.  Takes over the body (wiped once sent), even on failure,
 * when the connection closes without an answer.  last != 0 closes it after the
 * answer. */
void httpd_answer(struct httpd_request *r, unsigned status,
    const struct httpd_field *fields, size_t n, struct buf *take_body,
    int last);

#endif
