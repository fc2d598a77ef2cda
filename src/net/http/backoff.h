#ifndef MAIRU_NET_HTTP_BACKOFF_H
#define MAIRU_NET_HTTP_BACKOFF_H

/*
 * A failure that is remembered for a while, so that a loop of those who ask is
 * no loop of calls to a server.
 *
 * A server that is not reached, or is in trouble, is left alone for a second,
 * then twice as long each time, up to a minute, or for as long as it says
 * itself, up to an hour.  Half of that is left to chance, so that many brokers
 * that failed together do not come back together.
 */

#include <stdint.h>

#include "base/core/err.h"

/* Zeroed: there was none. */
struct backoff {
	struct err *what; /* or NULL; also when there was no memory for it */
	int64_t since, until; /* of the monotonic clock */
	unsigned failures;    /* in a row */
};

enum {
	BACKOFF_OURS = 1000, /* ms until what has no room here is tried again */
};

/* 1 when it is a want of room or memory of this program's, which no server has
 * said, and which may be over at once: such a failure is not remembered. */
int backoff_is_ours(const struct err *why);

/* Remembers it from now on; says for how many milliseconds.  A refusal
 * (ERR_DENIED) stays for denied_ms; what is ours is not remembered, and says
 * BACKOFF_OURS; others as said above.  retry_after: the server's word in
 * seconds, or -1. */
int64_t backoff_note(struct backoff *t, int64_t now, const struct err *why,
    int64_t retry_after, int64_t denied_ms);

/* Seconds for which it is remembered yet; 0: it is not. */
int64_t backoff_left(const struct backoff *t, int64_t now);

/* Seconds since it was noted. */
int64_t backoff_age(const struct backoff *t, int64_t now);

/* Forgets that there ever was one. */
void backoff_clear(struct backoff *t);

#endif
