#ifndef MAIRU_NET_HTTP_THROTTLE_H
#define MAIRU_NET_HTTP_THROTTLE_H

/*
 * Calls to servers that limit how many there may be: of all callers together
 * no more than so many are under way at once, or reach the server in a second,
 * whatever the way there takes.  The rest wait in line, those of a person's
 * role before those of a list.
 *
 * A server that says "too many" (429) slows all of its calls down; the refused
 * one is made again, a few times.  A call that met with trouble on its way, or
 * at the server (500, 502, 503, 504), is made again too, after a time that is
 * left to chance.  So a call with a rule MUST be one that may come twice.
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
	unsigned tries;	 /* of one call, when it is told "too many" */
	unsigned try_ms; /* at least, until the next of them; doubling */
	/* Tries more when there is trouble: 0 to 1 s after the first, 0 to 2 s
	 * after the next, ... */
	unsigned more;
	/* Whether a no of another status says one of both; NULL: never. */
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
/* Cancels whatever is under way or waits. */
void throttle_free(struct throttle *p);

/* As http_start(), in this server's line; rule NULL: at once, whatever the
 * line.  The same identity always has the same rule. */
int throttle_start(struct throttle *p, const struct throttle_rule *rule,
    enum throttle_rank rank, const unsigned char identity[HASH_SHA256],
    struct http_ask *take_ask, http_done *done, void *arg,
    struct throttle_call **call, struct err *e) MUST_CHECK;

/* The identity of another line at the same server. */
void throttle_line(const unsigned char identity[HASH_SHA256], const char *name,
    unsigned char line[HASH_SHA256]);

/* done is not called any more; safe on NULL. */
void throttle_cancel(struct throttle_call *c);

#endif
