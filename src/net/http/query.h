#ifndef MAIRU_NET_HTTP_QUERY_H
#define MAIRU_NET_HTTP_QUERY_H

/*
 * Parses the query of a URL (application/x-www-form-urlencoded), as a browser
 * brings it back from a login.  Untrusted input, so strict: whatever two
 * parsers could read differently is refused.
 */

#include <stddef.h>

#include "base/core/buf.h"
#include "base/core/err.h"

enum {
	QUERY_MAX = 32 * 1024, /* codes of several KiB are common */
};

/* One parameter to look for; others are ignored. */
struct query_field {
	const char *name;
	int found;
	struct buf value; /* decoded, without NULs; the caller sets max */
};

/* Fills the fields from the text after the question mark.  ERR_FORMAT: a broken
 * escape, a byte that no browser sends, an escaped NUL, or a duplicate field;
 * ERR_LIMIT: the whole or a value is too long; ERR_NOMEM.  Messages quote only
 * the field's name. */
int query_parse(const char *text, struct query_field *fields, size_t n,
    struct err *e) MUST_CHECK;

/* Wipes the values. */
void query_release(struct query_field *fields, size_t n);

#endif
