#ifndef MAIRU_NET_HTTP_HEADER_H
#define MAIRU_NET_HTTP_HEADER_H

/*
 * The header of an answer, as far as we look at it: Content-Type, Date,
 * Retry-After, Location (RFC 9110, 8.3, 6.6.1, 10.2.3, 10.2.2), and
 * x-amzn-ErrorType of AWS.
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
	int64_t retry_at;    /* as a date, or 0 */
};

/* One line; a status line begins a new header.  What can't be read counts as
 * not there. */
void http_head_line(struct http_head *h, const char *line, size_t len);

/* Fills all of *a but status, which must stand there already, and body; now is
 * for a Retry-After that is a date, from a server that does not say its own.
 * The location is that of *h. */
void http_head_end(struct http_head *h, int64_t now, struct http_answer *a);

#endif
