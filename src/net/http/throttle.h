#ifndef MAIRU_NET_HTTP_THROTTLE_H
#define MAIRU_NET_HTTP_THROTTLE_H

/*
 * Rate-limited calls: across all callers, limits how many calls are in flight
 * at once and how many reach the server per second, whatever the network delay.
 * The rest are queued, those for a role ahead of those for a list.
 *
 * A "too many requests" (429) slows down all calls to that server; the refused
 * one is retried a few times.  A call that failed on the network or at the
 * server (500, 502, 503, 504) is retried too, after a random delay.  So a call
 * with a rule MUST be idempotent.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/core/err.h"
#include "base/core/hash.h"
#include "net/http/http.h"
#include "net/runtime/loop.h"

enum throttle_no {
	THROTTLE_FINAL,
	THROTTLE_TOO_MANY,
	THROTTLE_TROUBLE,
};

/* Static. */
struct throttle_rule {
	unsigned per_second, at_once;
	unsigned tries;	 /* per call, on "too many" */
	unsigned try_ms; /* minimum delay before the next; doubles */
	/* Extra tries on trouble: 0 to 1 s after the first, 0 to 2 s after the
	 * next, ... */
	unsigned more;
	/* Whether an error with another status means one of these; NULL:
	 * never. */
	enum throttle_no (*means)(const struct http_answer *a);
};

enum throttle_rank {
	THROTTLE_ROLE,
	THROTTLE_LIST,
};

struct throttle;
struct throttle_call;

int throttle_new(struct throttle **p, struct loop *loop, struct http *http,
    struct err *e) MUST_CHECK;
/* Cancels everything running or queued. */
void throttle_free(struct throttle *p);

/* Like http_start(), through this server's queue; rule NULL: bypasses it.  An
 * identity always has the same rule. */
int throttle_start(struct throttle *p, const struct throttle_rule *rule,
    enum throttle_rank rank, const unsigned char identity[HASH_SHA256],
    struct http_ask *take_ask, http_done *done, void *arg,
    struct throttle_call **call, struct err *e) MUST_CHECK;

/* The identity of a separate queue at the same server. */
void throttle_line(const unsigned char identity[HASH_SHA256], const char *name,
    unsigned char line[HASH_SHA256]);

/* done is not called; safe on NULL. */
void throttle_cancel(struct throttle_call *c);

#endif
