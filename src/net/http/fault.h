#ifndef MAIRU_NET_HTTP_FAULT_H
#define MAIRU_NET_HTTP_FAULT_H

/*
 * Why a call failed, as a message: what happened, with which host, and what to
 * do.
 */

#include "base/core/err.h"

enum http_fault_kind {
	HTTP_FAULT_NONE,
	HTTP_FAULT_MEMORY,
	HTTP_FAULT_NAME,	 /* unknown host */
	HTTP_FAULT_CONNECT,	 /* refused, or no route */
	HTTP_FAULT_SLOW_NAME,	 /* timed out: resolving */
	HTTP_FAULT_SLOW_CONNECT, /* connecting */
	HTTP_FAULT_SLOW_TLS,	 /* in the TLS handshake */
	HTTP_FAULT_SLOW_ANSWER,	 /* waiting for the whole answer */
	HTTP_FAULT_EMPTY,	 /* closed without an answer */
	HTTP_FAULT_BROKEN,	 /* closed in the middle of one */
	HTTP_FAULT_LARGE_HEAD,
	HTTP_FAULT_LARGE_BODY,
	HTTP_FAULT_NOT_HTTP,
	HTTP_FAULT_TLS,
	HTTP_FAULT_CERT_UNKNOWN,
	HTTP_FAULT_CERT_NAME,
	HTTP_FAULT_CERT_EXPIRED,
	HTTP_FAULT_CERT_EARLY, /* not valid yet */
	HTTP_FAULT_CERT_OTHER,
	HTTP_FAULT_BUNDLE,
	HTTP_FAULT_PROXY_NAME,
	HTTP_FAULT_PROXY_REFUSES,
	HTTP_FAULT_SQUATTED, /* plain http: another user has the port */
	HTTP_FAULT_UNTOLD,   /* plain http: the port's owner is unknown */
	HTTP_FAULT_OTHER,
};

struct http_fault {
	enum http_fault_kind kind;
	const char *host;   /* with the port, if the URL has one */
	const char *proxy;  /* the same; NULL: none used */
	const char *bundle; /* of CAs; NULL: the system's */
	const char *why;    /* OTHER: the library's words */
	unsigned status;    /* PROXY_REFUSES: the proxy's, or 0 */
	unsigned seconds;   /* SLOW_*: the limit */
	int at_proxy;	    /* CONNECT, SLOW_CONNECT, CERT_*: failed at the
			       proxy */
	int sys_errno;	    /* CONNECT, UNTOLD, or 0 */
	unsigned long uid;  /* SQUATTED */
};

/* Fills e; returns the code. */
int http_fault_say(const struct http_fault *f, struct err *e);

#endif
