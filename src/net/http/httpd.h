#ifndef MAIRU_NET_HTTP_HTTPD_H
#define MAIRU_NET_HTTP_HTTPD_H

/*
 * A small HTTP server on loopback, over GNU libmicrohttpd (the only file
 * that names it), turned by our loop.  A request is answered at once or
 * later; until then its connection rests.
 *
 * It serves one listening socket and has bounds on connections, idle time and
 * the size of a request.  Who may ask for what is the handler's business; a
 * connection carries the verdict on its peer that was passed when it came.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/core/buf.h"
#include "base/core/err.h"
#include "net/http/peer.h"
#include "net/runtime/loop.h"

struct httpd;
struct httpd_request;

/* How long a connection of each kind may be idle, and how many there are, is
 * at the top of httpd.c. */
enum httpd_peer {
	HTTPD_OURS,
	HTTPD_UNKNOWN, /* nobody can tell: few, and not for long, until
			  httpd_peer_is_ours() */
	HTTPD_OTHER,   /* another user's: to be refused */
	HTTPD_SURPLUS, /* one too many: to be told so */
};

struct httpd_handler {
	/* Asked once for each connection, when it comes. */
	enum httpd_peer (*peer)(
	    void *arg, const struct tcp_end *peer, const struct tcp_end *ours);
	/* A request is there, header and all; one with a NUL in its header
	 * was refused before.  It is answered now or later, by
	 * httpd_answer(). */
	void (*request)(void *arg, struct httpd_request *r);
	/* One that was not answered will never be: forget it. */
	void (*gone)(void *arg, struct httpd_request *r);
	void *arg;
	/* Bytes of request line and header that one request may have; 0 is
	 * what programs need.  A browser brings the cookies of everything that
	 * ever ran on this host, at whatever port. */
	size_t header_max;
};

/* take_listener is a socket that listens on loopback (loopback.h),
 * non-blocking; it is taken over, also on failure. */
int httpd_new(struct httpd **h, struct loop *loop, int take_listener,
    const struct httpd_handler *handler, struct err *e) MUST_CHECK;

/* Listens no more: the port is free for others at once.  Connections that are
 * there go on. */
void httpd_quiesce(struct httpd *h);

/* Closes everything; requests under way are gone.  Not from within a function
 * of the handler. */
void httpd_free(struct httpd *h);

uint16_t httpd_port(const struct httpd *h);

/* All borrowed until the request is answered or gone. */
enum httpd_peer httpd_peer(const struct httpd_request *r);

/* The two ends of its connection; 0 when that is not known any more. */
int httpd_ends(
    const struct httpd_request *r, struct tcp_end *peer, struct tcp_end *ours);

/* An unknown peer has shown who it is: its connection is ours from now on. */
void httpd_peer_is_ours(const struct httpd_request *r);
const char *httpd_method(const struct httpd_request *r);

/* 1 when it announces a body.  That is not read, and the connection closes
 * after the answer. */
int httpd_has_body(const struct httpd_request *r);

/* What stood in the request line, neither decoded nor split. */
const char *httpd_target(const struct httpd_request *r);

/* The value of a header, NULL when it is not there.  *n (may be NULL) says
 * how many of that name there are. */
const char *httpd_header(
    const struct httpd_request *r, const char *name, size_t *n);

/* Room for the handler to remember the request by; NULL at first. */
void httpd_set(struct httpd_request *r, void *data);
void *httpd_get(const struct httpd_request *r);

struct httpd_field {
	const char *name, *value;
};

/* Answers, once.  The body is taken over (and wiped once sent), also on
 * failure: then the connection closes without an answer.  last != 0 closes it
 * after the answer. */
void httpd_answer(struct httpd_request *r, unsigned status,
    const struct httpd_field *fields, size_t n, struct buf *take_body,
    int last);

#endif
