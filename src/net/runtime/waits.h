#ifndef MAIRU_NET_RUNTIME_WAITS_H
#define MAIRU_NET_RUNTIME_WAITS_H

/*
 * Those who wait for one thing, in the order in which they came; each is told
 * once.
 *
 * What waits has a struct wait as its first member, beside the function that it
 * is told by.  Whoever is told may come back and wait again, or make others
 * leave: so all are taken before anybody is told, and told until there is none.
 */

struct wait {
	struct wait *next, *prev; /* zero when idle */
};

struct waits {
	struct wait ring; /* zero, or a ring that it is part of */
};

void waits_add(struct waits *l, struct wait *w);

/* Safe when it is idle. */
void wait_leave(struct wait *w);

int wait_idle(const struct wait *w);

int waits_empty(const struct waits *l);

/* Moves all of them, behind those that are there. */
void waits_take(struct waits *from, struct waits *to);

/* The first, which is idle from now on; NULL when there is none. */
void *waits_next(struct waits *l);

/* The one behind w, or the first (w NULL), which goes on waiting; or NULL. */
void *waits_after(const struct waits *l, const struct wait *w);

#endif
