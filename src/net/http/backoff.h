#ifndef MAIRU_NET_HTTP_BACKOFF_H
#define MAIRU_NET_HTTP_BACKOFF_H

/*
 * Remembers a failure for a while, so that a client that retries in a loop does
 * not hammer the server.
 *
 * An unreachable or failing server is left alone for a second, doubling up to a
 * minute, or for as long as it says, up to an hour.  Half of that is random
 * jitter, so that brokers that failed together do not retry together.
 */

#include <stdint.h>

#include "base/core/err.h"

/* Zeroed: no failure. */
struct backoff {
	struct err *what;     /* or NULL; also if out of memory */
	int64_t since, until; /* monotonic clock */
	unsigned failures;    /* in a row */
};

enum {
	BACKOFF_OURS = 1000, /* ms until a local shortage is retried */
};

/* 1 if it is a shortage of room or memory in this process, not a server's
 * answer.  It may clear up at once, so it is not remembered. */
int backoff_is_ours(const struct err *why);

/* Remembers it and returns for how many milliseconds: denied_ms for a refusal
 * (ERR_DENIED), BACKOFF_OURS (not remembered) for our own, others as above.
 * retry_after: the server's, in seconds, or -1. */
int64_t backoff_note(struct backoff *t, int64_t now, const struct err *why,
    int64_t retry_after, int64_t denied_ms);

/* Seconds for which it is still remembered; 0: none is. */
int64_t backoff_left(const struct backoff *t, int64_t now);

/* Seconds since it was noted. */
int64_t backoff_age(const struct backoff *t, int64_t now);

/* Forgets everything. */
void backoff_clear(struct backoff *t);

#endif
