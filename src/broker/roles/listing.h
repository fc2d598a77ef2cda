#ifndef MAIRU_BROKER_ROLES_LISTING_H
#define MAIRU_BROKER_ROLES_LISTING_H

/*
 * The roles available to the user: a list per server, by its identity
 * (broker/servers/catalog.h), fetched in pages and delivered as it arrives.
 *
 *  - One fetch at a time per server, shared by all callers.
 *  - Order is the server's, whichever page arrives first.
 *  - A fetch fails as a whole; roles already delivered stay delivered.  A
 *    failure is remembered only for current waiters.
 *  - A complete list is kept for a quarter of an hour, but no longer than the
 *    login it was fetched with.
 *  - Who reads it asks for one part after the other, so that one who is slow,
 * or has enough, leaves no frames behind in memory.
 *  - A fetch that nobody waits for is given up after a minute: a client reading
 *    it part by part comes back for the rest.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/core/err.h"
#include "base/core/hash.h"
#include "broker/kinds/provider.h"
#include "broker/servers/upstream.h"
#include "net/runtime/waits.h"

enum {
	LISTING_MAX_ROLES = 50000,
	LISTING_KEEP = 15 * 60 * 1000, /* milliseconds */
	LISTING_LINGER = 60 * 1000,
};

struct listings;
struct listing;

struct listing_want {
	const char *server;
	/* 0 to start; otherwise the cursor of the last part plus the number of
	 * roles taken from it. */
	uint64_t cursor;
	int fresh; /* with cursor 0: no list completed before this */
};

/* The roles after a cursor, as far as known; borrowed until the loop's next
 * round. */
struct listing_part {
	const struct provider_role *const *at;
	size_t n;
	uint64_t cursor;    /* of the first of them */
	int more;	    /* 1: more may follow */
	size_t done, total; /* accounts listed, and known, so far */
	size_t unusable;    /* roles left out, so far: nobody could ask for one
			       of that name */
};

struct listing_wait {
	struct wait wait;
	/* part NULL: e says why.  Both borrowed for the call. */
	void (*fn)(
	    void *arg, const struct listing_part *part, const struct err *e);
	void *arg;
	/* private; zero when idle: */
	struct listing *listing;
	size_t from;
};

int listings_new(
    struct listings **l, const struct upstream *up, struct err *e) MUST_CHECK;
/* Waiters are not called. */
void listings_free(struct listings *l);

/* Calls w->fn once, from the loop, when there is a role after the cursor, or
 * the list is complete or has failed.  ERR_NOT_FOUND: no such server;
 * ERR_UPSTREAM: the cursor belongs to a list that is gone. */
int listing_ask(struct listings *l, const struct listing_want *want,
    struct listing_wait *w, struct err *e) MUST_CHECK;

/* The roles of a complete list after the cursor; none if there is no such list.
 * Then, given a session, starts a fetch for later callers, unless one has just
 * failed.  Errors as for listing_ask(). */
int listing_known(struct listings *l, const struct listing_want *want,
    struct listing_part *part, struct err *e) MUST_CHECK;

/* What is known now, for a waiting w. */
void listing_look(const struct listing_wait *w, struct listing_part *part);

/* Safe when w is idle. */
void listing_leave(struct listing_wait *w);

/* The server's session was created or removed: lists fetched with another are
 * invalid. */
void listings_forget(
    struct listings *l, const unsigned char identity[HASH_SHA256]);

#endif
