#ifndef MAIRU_NET_HTTP_CURL_H
#define MAIRU_NET_HTTP_CURL_H

/*
 * Transfers over libcurl, turned by our loop, one module in two files: curl.c,
 * the only one that names libcurl (http_resolve() of ask.h is there too), and
 * transfer.c, which has what needs none.
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

/* Borrowed for the start. */
struct http_rules {
	const char *proxy;    /* NULL: what the environment says; "": none */
	const char *no_proxy; /* NULL: what the environment says */
	const char *bundle;   /* of CAs; NULL: the system's */
	long connect_ms, whole_ms;
};

struct http_transfer {
	/* the caller's; all else is zero: */
	struct http_ask ask; /* released when it is over */
	/* Called from the loop, once, with nothing under way any more; starts
	 * and stops nothing. */
	void (*over)(struct http_transfer *t);
	void *arg;

	/* what came: */
	struct http_fault fault; /* kind 0: there is an answer */
	unsigned status;
	struct http_head head;
	struct buf body;

	/* its own: */
	TAILQ_ENTRY(http_transfer) entry;
	struct http_curl *curl;
	void *easy; /* NULL when not under way */
	struct curl_slist *lines;
	struct server_address host, proxy; /* proxy: empty when none is set */
	int tls, excepts;		   /* https; there is a no_proxy */
	unsigned port; /* that was to be connected to last */
	int connected;
	long connect_ms, whole_ms;
	size_t head_len;
	int head_ended;
	enum http_fault_kind stopped; /* why a callback ended it */
};

/* NULL without memory.  Starts nothing of libcurl yet. */
struct http_curl *http_curl_new(struct loop *loop);

/* Stops whatever is under way. */
void http_curl_free(struct http_curl *h);

/* ERR_NOMEM; over is then not called. */
int http_transfer_start(struct http_curl *h, struct http_transfer *t,
    const struct http_rules *r) MUST_CHECK;

/* Closes its connection; over is not called any more.  Leaves what came. */
void http_transfer_stop(struct http_transfer *t);

/* --- transfer.c */

/* What came of the head and of the body, as libcurl's callbacks want it: arg
 * is the transfer, and 0 ends it. */
size_t http_transfer_head(char *line, size_t one, size_t n, void *arg);
size_t http_transfer_body(char *data, size_t one, size_t n, void *arg);

/* It is about to connect there. */
void http_transfer_goes(
    struct http_transfer *t, const struct sockaddr *to, size_t len);
/* Notes whether a connection of its stands by now. */
void http_transfer_look(struct http_transfer *t, int fd);
/* Without TLS, before anything is sent: 1 when the other end of the connection
 * between these (IP addresses as text) is a program of ours or of root's. */
int http_transfer_is_ours(struct http_transfer *t, const char *peer,
    int peer_port, const char *own, int own_port);
/* 1 when it was the proxy that was connected to. */
int http_transfer_at_proxy(const struct http_transfer *t);

#endif
