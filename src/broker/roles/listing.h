#ifndef MAIRU_BROKER_ROLES_LISTING_H
#define MAIRU_BROKER_ROLES_LISTING_H

/*
 * The roles that one may have: a list for each server, by its identity
 * (broker/servers/catalog.h), fetched in pages and told as far as it has come.
 *
 *  - One fetch at a time for each server; all who ask join it.
 *  - The order is the server's, whichever page comes first.
 *  - What fails fails as a whole; what was told before stays told.  A failure
 *    is not remembered past those who were waiting.
 *  - A whole list is kept for a quarter of an hour, but no longer than the
 *    login that it was fetched with.
 *  - Who reads it asks for one part after the other, so that one who is slow,
 * or has enough, leaves no frames behind in memory.
 *  - One that nobody waits for any more is given up after a minute: somebody
 *    who reads its beginning page by page comes back for the rest.
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
	/* 0, or what follows the last role that was told: that of a part and
	 * the number of those taken from it. */
	uint64_t cursor;
	int fresh; /* with cursor 0: no list that was whole before this */
};

/* The roles after a cursor, as far as they are there; borrowed until the
 * loop's next round. */
struct listing_part {
	const struct provider_role *const *at;
	size_t n;
	uint64_t cursor;    /* of the first of them */
	int more;	    /* 1: others may follow */
	size_t done, total; /* accounts listed, and known, so far */
	size_t unusable;    /* roles left out, so far: nobody could ask for one
			       of that name */
};

struct listing_wait {
	struct wait wait;
	/* part NULL: e says why; both borrowed for the call. */
	void (*fn)(
	    void *arg, const struct listing_part *part, const struct err *e);
	void *arg;
	/* the listings'; zero when idle: */
	struct listing *listing;
	size_t from;
};

int listings_new(
    struct listings **l, const struct upstream *up, struct err *e) MUST_CHECK;
/* Whoever waits is not told any more. */
void listings_free(struct listings *l);

/* Calls w->fn once, from the loop, as soon as there is a role after the
 * cursor, or the list is whole, or has failed.  ERR_NOT_FOUND: there is no
 * such server; ERR_UPSTREAM: the cursor is of a list that is gone. */
int listing_ask(struct listings *l, const struct listing_want *want,
    struct listing_wait *w, struct err *e) MUST_CHECK;

/* What a list that is whole has after the cursor; no roles where there is none
 * such.  With a session there one is begun then, for who asks later; one that
 * has just failed is not begun again.  Errors as of listing_ask(). */
int listing_known(struct listings *l, const struct listing_want *want,
    struct listing_part *part, struct err *e) MUST_CHECK;

/* What there is of it now, for a w that waits. */
void listing_look(const struct listing_wait *w, struct listing_part *part);

/* Safe when w is idle. */
void listing_leave(struct listing_wait *w);

/* The session of that server has come or gone: what was listed with another
 * one is worth nothing. */
void listings_forget(
    struct listings *l, const unsigned char identity[HASH_SHA256]);

#endif
