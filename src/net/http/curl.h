#ifndef MAIRU_NET_HTTP_CURL_H
#define MAIRU_NET_HTTP_CURL_H

/*
 * Transfers over libcurl, driven by our loop.  One module in two files: curl.c,
 * the only one that names libcurl (it has http_resolve() of ask.h, too), and
 * transfer.c, for what does not need it.
 */

#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "base/core/buf.h"
#include "net/http/ask.h"
#include "net/http/fault.h"
#include "net/http/header.h"
#include "net/http/server_address.h"
#include "net/runtime/loop.h"

struct http_curl;
struct curl_slist;
struct sockaddr;

/* Borrowed during http_transfer_start(). */
struct http_rules {
	const char *proxy;    /* NULL: from the environment; "": none */
	const char *no_proxy; /* NULL: from the environment */
	const char *bundle;   /* of CAs; NULL: the system's */
	long connect_ms, whole_ms;
};

struct http_transfer {
	/* set by the caller; all else zero: */
	struct http_ask ask; /* released at the end */
	/* Called once, from the loop, after the transfer has ended; must not
	 * start or stop transfers. */
	void (*over)(struct http_transfer *t);
	void *arg;

	/* the result: */
	struct http_fault fault; /* kind 0: success */
	unsigned status;
	struct http_head head;
	struct buf body;

	/* private: */
	TAILQ_ENTRY(http_transfer) entry;
	struct http_curl *curl;
	void *easy; /* NULL when idle */
	struct curl_slist *lines;
	struct server_address host, proxy; /* proxy: empty if none is set */
	int tls, excepts;		   /* https; no_proxy is set */
	unsigned port;			   /* of the last connect */
	int connected;
	long connect_ms, whole_ms;
	size_t head_len;
	int head_ended;
	enum http_fault_kind stopped; /* why a callback ended it */
};

/* NULL if out of memory.  Does not start libcurl yet. */
struct http_curl *http_curl_new(struct loop *loop);

/* Stops all transfers. */
void http_curl_free(struct http_curl *h);

/* ERR_NOMEM: over is not called. */
int http_transfer_start(struct http_curl *h, struct http_transfer *t,
    const struct http_rules *r) MUST_CHECK;

/* Closes its connection; over is not called.  Keeps the partial result. */
void http_transfer_stop(struct http_transfer *t);

/* --- transfer.c */

/* libcurl's callbacks for header and body data: arg is the transfer; returning
 * 0 aborts it. */
size_t http_transfer_head(char *line, size_t one, size_t n, void *arg);
size_t http_transfer_body(char *data, size_t one, size_t n, void *arg);

/* Called when it is about to connect. */
void http_transfer_goes(
    struct http_transfer *t, const struct sockaddr *to, size_t len);
/* Notes whether it is connected by now. */
void http_transfer_look(struct http_transfer *t, int fd);
/* For plain HTTP, before anything is sent: 1 if the peer of this connection (IP
 * addresses as text) is a process of ours or of root's. */
int http_transfer_is_ours(struct http_transfer *t, const char *peer,
    int peer_port, const char *own, int own_port);
/* 1 if it connected to the proxy. */
int http_transfer_at_proxy(const struct http_transfer *t);

#endif
