#ifndef MAIRU_NET_HTTP_ASK_H
#define MAIRU_NET_HTTP_ASK_H

/*
 * What is asked of a server, and what it answers.
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

/* What is asked.  Made by http_ask_init(), given away to http_start(). */
struct http_ask {
	struct buf url;
	struct buf headers;	  /* "Name: value" and a NUL, each */
	struct buf body;	  /* of a POST */
	const char *content_type; /* static; NULL makes it a GET, and "" a POST
				     that does not say it */
	int head;		  /* not 0: a HEAD */
};

void http_ask_init(struct http_ask *a);
void http_ask_release(struct http_ask *a);

/* value is any text without control characters; one that has them fails the
 * ask (a->headers.failed). */
void http_ask_header(
    struct http_ask *a, const char *name, const void *value, size_t len);

struct http_answer {
	unsigned status;
	struct buf body;
	char content_type[HTTP_TYPE]; /* in lower case, without parameters */
	int64_t retry_after;	      /* seconds, or -1 */
	int64_t date;		      /* the server's clock, or 0 */
	/* Of x-amzn-ErrorType as far as its colon, and after its hash, or
	 * "". */
	char error_type[HTTP_TYPE];
	char *location; /* of a redirect, or NULL; with nothing but what may
			   stand in a URL; not to be freed */
};

/* Seconds by which the clock of who answered is ahead of `now`, this machine's;
 * 0 where that is less than a minute, which the way here may have taken, or
 * where it told no time. */
int64_t http_answer_ahead(const struct http_answer *a, int64_t now);

/* Appends the URL that ref is, resolved against base (RFC 3986); ref NULL is
 * base itself.  Both have passed url_fault() and url_reference_fault(). */
int http_resolve(const char *base, const char *ref, struct buf *out,
    struct err *e) MUST_CHECK;

#endif
