#ifndef MAIRU_BROKER_LOGIN_VISIT_H
#define MAIRU_BROKER_LOGIN_VISIT_H

/*
 * What a browser says of a request: whether a person opened a page, or it was
 * made without one (Fetch Metadata, and old and new names for what is loaded
 * ahead).  Who says nothing of it opens a page.
 */

#include "net/http/httpd.h"

enum visit {
	VISIT_PAGE,
	VISIT_AHEAD, /* before anybody has clicked */
	VISIT_PART,  /* of another page: something it loads, or a frame */
};

enum visit visit_of(const struct httpd_request *r);

#endif
