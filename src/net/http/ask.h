#ifndef MAIRU_NET_HTTP_ASK_H
#define MAIRU_NET_HTTP_ASK_H

/*
 * An HTTP request, and its answer.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/core/buf.h"
#include "base/core/err.h"

enum {
	HTTP_MAX_URL = 16 * 1024,
	HTTP_MAX_REQUEST = 256 * 1024,
	HTTP_MAX_BODY = 1024 * 1024, /* of an answer; more is ERR_UPSTREAM */
	HTTP_TYPE = 64,
};

/* A request.  Set up by http_ask_init(); http_start() takes it over. */
struct http_ask {
	struct buf url;
	struct buf headers;	  /* "Name: value" and a NUL, each */
	struct buf body;	  /* of a POST */
	const char *content_type; /* static; NULL: a GET; "": a POST without a
				     Content-Type */
	int head;		  /* not 0: a HEAD */
};

void http_ask_init(struct http_ask *a);
void http_ask_release(struct http_ask *a);

/* value must not have control characters; if it does, the ask fails
 * (a->headers.failed). */
void http_ask_header(
    struct http_ask *a, const char *name, const void *value, size_t len);

struct http_answer {
	unsigned status;
	struct buf body;
	char content_type[HTTP_TYPE]; /* in lower case, without parameters */
	int64_t retry_after;	      /* seconds, or -1 */
	int64_t date;		      /* the server's clock, or 0 */
	/* The part of x-amzn-ErrorType before its colon and after its hash, or
	 * "". */
	char error_type[HTTP_TYPE];
	char *location; /* of a redirect, or NULL; only characters legal in a
			   URL; don't free */
};

/* Seconds by which the server's clock is ahead of `now`, this machine's; 0 if
 * less than a minute, which may be network delay, or if it sent no date. */
int64_t http_answer_ahead(const struct http_answer *a, int64_t now);

/* Appends ref resolved against base (RFC 3986); ref NULL: base itself.  Both
 * must have passed url_fault() and url_reference_fault(). */
int http_resolve(const char *base, const char *ref, struct buf *out,
    struct err *e) MUST_CHECK;

#endif
