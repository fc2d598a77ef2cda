#ifndef MAIRU_NET_RUNTIME_WAITS_H
#define MAIRU_NET_RUNTIME_WAITS_H

/*
 * A FIFO of waiters for one thing; each is notified once.
 *
 * A waiter has a struct wait as its first member, beside its callback.  A
 * callback may wait again or make others leave, so move all waiters to a
 * private list first, then notify until it is empty.
 */

struct wait {
	struct wait *next, *prev; /* zero when idle */
};

struct waits {
	struct wait ring; /* zero, or the head of a ring */
};

void waits_add(struct waits *l, struct wait *w);

/* Safe if idle. */
void wait_leave(struct wait *w);

int wait_idle(const struct wait *w);

int waits_empty(const struct waits *l);

/* Appends all of `from` to `to`. */
void waits_take(struct waits *from, struct waits *to);

/* Removes and returns the first; NULL if none. */
void *waits_next(struct waits *l);

/* The one after w (NULL: the first), which stays queued; or NULL. */
void *waits_after(const struct waits *l, const struct wait *w);

#endif
