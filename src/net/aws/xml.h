#ifndef MAIRU_NET_AWS_XML_H
#define MAIRU_NET_AWS_XML_H

/*
 * The text of some elements of an XML document, over expat, which xml.c alone
 * names.  There are no entities but XML's own: a document with a DOCTYPE is
 * refused.
 */

#include <stddef.h>

#include "base/core/buf.h"
#include "base/core/err.h"

enum {
	XML_MAX_DEPTH = 32,
	XML_MAX_PATH = 256,
};

struct xml_want {
	const char *path; /* "Response/Result/Name", from the root on */
	struct buf *text; /* with blanks around it cut off; appended */
	int there;	  /* how many such elements there were */
};

/* ERR_FORMAT: it is not well-formed, too deep, or one that is wanted is there
 * twice; ERR_LIMIT: a text does not fit; ERR_NOMEM. */
int xml_read(const void *data, size_t len, struct xml_want *wants, size_t n,
    struct err *e) MUST_CHECK;

#endif
