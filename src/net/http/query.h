#ifndef MAIRU_NET_HTTP_QUERY_H
#define MAIRU_NET_HTTP_QUERY_H

/*
 * The query of a URL (application/x-www-form-urlencoded), as a browser brings
 * it back from a login.  It is anybody's text, so it is read strictly: what
 * two readers could take in two ways is refused.
 */

#include <stddef.h>

#include "base/core/buf.h"
#include "base/core/err.h"

enum {
	QUERY_MAX = 32 * 1024, /* codes of several KiB are usual */
};

/* One parameter that is looked for; what others there are does not matter. */
struct query_field {
	const char *name;
	int found;
	struct buf value; /* decoded, without NULs; its max is the caller's */
};

/* Fills the fields from what stands behind the question mark.  ERR_FORMAT: a
 * broken escape, a byte that no browser sends, an escaped NUL, or a field that
 * is there twice; ERR_LIMIT: the whole or a value is too long; ERR_NOMEM.  The
 * message quotes nothing but the field's name. */
int query_parse(const char *text, struct query_field *fields, size_t n,
    struct err *e) MUST_CHECK;

/* Wipes the values. */
void query_release(struct query_field *fields, size_t n);

#endif
