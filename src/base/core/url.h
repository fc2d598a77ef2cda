#ifndef MAIRU_BASE_CORE_URL_H
#define MAIRU_BASE_CORE_URL_H

/*
 * Which URLs we accept.  Stricter than the RFC: whatever two parsers could read
 * differently is refused, so that nothing is sent to a host other than the one
 * shown.
 */

#include "base/core/buf.h"

enum {
	URL_MAX = 2048,

	URL_HTTPS = 1,
	URL_HTTP_LOOPBACK = 2, /* 127.0.0.0/8, [::1], localhost */
	URL_HTTP = 4,
	URL_SOCKS = 8,	  /* socks5, socks5h */
	URL_USER = 16,	  /* user and password before the host */
	URL_NO_PATH = 32, /* nothing after the host but a slash */
	URL_QUERY = 64	  /* a ? part */
};

/* NULL if url is allowed, else what is wrong: a static clause that quotes
 * nothing from it. */
const char *url_fault(const char *url, unsigned allowed);

/* The same for a reference to resolve against such a URL: a path, a query, or a
 * whole URL.  "//host/path" is refused: a scheme is required. */
const char *url_reference_fault(const char *ref, unsigned allowed);

/* Appends a URL accepted by url_fault() in normal form: scheme and host in
 * lower case, no default port, and a path. */
void url_normal(struct buf *out, const char *url);

/* What follows "://"; url itself if there is none. */
const char *url_host(const char *url);

/* The length of scheme, host and port: everything before the path. */
size_t url_origin_len(const char *url);

/* Appends the origin in the form of url_normal(). */
void url_origin(struct buf *out, const char *url);

/* 1 if both have the same origin. */
int url_same_origin(const char *a, const char *b);

/* Appends bytes as part of a URL: everything except unreserved characters (RFC
 * 3986, 2.3) and those in `also` becomes %XX. */
void url_encode(struct buf *out, const char *s, size_t len, const char *also);

/* Appends url without user name and password.  For URLs accepted by
 * url_fault(); of anything else it errs on showing too little. */
void url_shown(struct buf *out, const char *url);

#endif
