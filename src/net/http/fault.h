#ifndef MAIRU_NET_HTTP_FAULT_H
#define MAIRU_NET_HTTP_FAULT_H

/*
 * Why a call came to nothing, in words: what happened, with whom, what to do.
 */

#include "base/core/err.h"

enum http_fault_kind {
	HTTP_FAULT_NONE,
	HTTP_FAULT_MEMORY,
	HTTP_FAULT_NAME,	 /* the host is not known */
	HTTP_FAULT_CONNECT,	 /* refused, or no way there */
	HTTP_FAULT_SLOW_NAME,	 /* in time: no address */
	HTTP_FAULT_SLOW_CONNECT, /* no connection */
	HTTP_FAULT_SLOW_TLS,	 /* no end of the handshake */
	HTTP_FAULT_SLOW_ANSWER,	 /* no whole answer */
	HTTP_FAULT_EMPTY,	 /* it hung up without an answer */
	HTTP_FAULT_BROKEN,	 /* it hung up in the middle of one */
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
	HTTP_FAULT_SQUATTED, /* plain http: its port is another user's */
	HTTP_FAULT_UNTOLD,   /* plain http: or whose it is can't be told */
	HTTP_FAULT_OTHER,
};

struct http_fault {
	enum http_fault_kind kind;
	const char *host;   /* with its port, where the URL has one */
	const char *proxy;  /* the same; NULL when none was in between */
	const char *bundle; /* of CAs; NULL for the system's */
	const char *why;    /* OTHER: the library's words */
	unsigned status;    /* PROXY_REFUSES: of its answer, or 0 */
	unsigned seconds;   /* SLOW_*: that were given */
	int at_proxy;	    /* CONNECT, SLOW_CONNECT, CERT_*: not the host */
	int sys_errno;	    /* CONNECT, UNTOLD, or 0 */
	unsigned long uid;  /* SQUATTED */
};

/* Returns the code. */
int http_fault_say(const struct http_fault *f, struct err *e);

#endif
