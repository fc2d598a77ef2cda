#ifndef MAIRU_BASE_CORE_URL_H
#define MAIRU_BASE_CORE_URL_H

/*
 * Which URLs a person may give us.  Stricter than the RFC: what two parsers
 * could read in two ways is refused, so that nothing is sent to a host other
 * than the one that was shown.
 */

#include "base/core/buf.h"

enum {
	URL_MAX = 2048,

	URL_HTTPS = 1,
	URL_HTTP_LOOPBACK = 2, /* 127.0.0.0/8, [::1], localhost */
	URL_HTTP = 4,
	URL_SOCKS = 8,	  /* socks5, socks5h */
	URL_USER = 16,	  /* user and password before the host */
	URL_NO_PATH = 32, /* nothing behind the host but a slash */
	URL_QUERY = 64	  /* a ? part */
};

/* NULL when url is one of those allowed, else what is wrong with it: a clause
 * in static storage that quotes nothing of it. */
const char *url_fault(const char *url, unsigned allowed);

/* The same for a reference that is resolved against such a URL: a path, a
 * query, or a whole URL.  "//host/path" is none: it must say its scheme. */
const char *url_reference_fault(const char *ref, unsigned allowed);

/* Appends a URL that url_fault() lets pass in the form in which equal ones are
 * written alike: scheme and host in lower case, no port that the scheme has
 * anyway, and a path. */
void url_normal(struct buf *out, const char *url);

/* What stands behind "://"; url itself where nothing does. */
const char *url_host(const char *url);

/* The length of scheme, host and port: of all that is before the path. */
size_t url_origin_len(const char *url);

/* Appends that in the form of url_normal(). */
void url_origin(struct buf *out, const char *url);

/* 1 when both have it alike. */
int url_same_origin(const char *a, const char *b);

/* Appends bytes as a part of a URL: all but unreserved characters (RFC 3986,
 * 2.3) and those of `also` as %XX. */
void url_encode(struct buf *out, const char *s, size_t len, const char *also);

/* Appends url without user name and password; made for what url_fault() lets
 * pass, and shows too little rather than too much of anything else. */
void url_shown(struct buf *out, const char *url);

#endif
