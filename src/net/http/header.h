#ifndef MAIRU_NET_HTTP_HEADER_H
#define MAIRU_NET_HTTP_HEADER_H

/*
 * The answer headers that we use: Content-Type, Date, Retry-After, Location
 * (RFC 9110, 8.3, 6.6.1, 10.2.3, 10.2.2), and AWS's x-amzn-ErrorType.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/core/url.h"
#include "net/http/ask.h"

struct http_head {
	char content_type[HTTP_TYPE];
	char error_type[HTTP_TYPE];
	char location[URL_MAX + 1];
	int64_t date;
	int64_t retry_after; /* in seconds, or -1 */
	int64_t retry_at;    /* the date given instead, or 0 */
};

/* Parses one line; a status line starts over.  Malformed values count as
 * absent. */
void http_head_line(struct http_head *h, const char *line, size_t len);

/* Fills *a except body and status, which must be set before.  now: used for a
 * Retry-After date if the server sent no Date.  a->location is borrowed from
 * *h. */
void http_head_end(struct http_head *h, int64_t now, struct http_answer *a);

#endif
