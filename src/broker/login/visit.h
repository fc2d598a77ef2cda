#ifndef MAIRU_BROKER_LOGIN_VISIT_H
#define MAIRU_BROKER_LOGIN_VISIT_H

/*
 * Classifies a request by what the browser says about it: whether a person
 * opened a page, or it came without one (Fetch Metadata, and the old and new
 * prefetch headers).  A browser that says nothing opens a page.
 */

#include "net/http/httpd.h"

enum visit {
	VISIT_PAGE,
	VISIT_AHEAD, /* a prefetch, before any click */
	VISIT_PART,  /* of another page: a resource, or a frame */
};

enum visit visit_of(const struct httpd_request *r);

#endif
