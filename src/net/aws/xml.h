#ifndef MAIRU_NET_AWS_XML_H
#define MAIRU_NET_AWS_XML_H

/*
 * Extracts the text of some elements from an XML document, over expat, which
 * only xml.c names.  Only XML's predefined entities work: a document with a
 * DOCTYPE is refused.
 */

#include <stddef.h>

#include "base/core/buf.h"
#include "base/core/err.h"

enum {
	XML_MAX_DEPTH = 32,
	XML_MAX_PATH = 256,
};

struct xml_want {
	const char *path; /* "Response/Result/Name", from the root */
	struct buf *text; /* appended, without surrounding white space */
	int there;	  /* number of such elements */
};

/* ERR_FORMAT: not well-formed, too deep, or a wanted element appears twice;
 * ERR_LIMIT: a text does not fit; ERR_NOMEM. */
int xml_read(const void *data, size_t len, struct xml_want *wants, size_t n,
    struct err *e) MUST_CHECK;

#endif
