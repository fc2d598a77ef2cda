#ifndef MAIRU_BROKER_ROLES_LISTING_CALL_H
#define MAIRU_BROKER_ROLES_LISTING_CALL_H

/*
 * Lists of roles, one module in two files: listing.c tells what there is, and
 * listing_fetch.c gets it.
 */

#include <sys/queue.h>

#include "broker/roles/listing.h"
#include "broker/roles/listing_store.h"
#include "broker/sessions/session.h"
#include "net/http/throttle.h"

/* One that is to be asked for, or whose roles have to wait for those of the
 * pages before it. */
struct listing_page {
	TAILQ_ENTRY(listing_page) entry;
	struct listing *listing;
	struct provider_page page;  /* its texts are in the store */
	struct throttle_call *call; /* under way */
	uint64_t serial;	    /* of the token it was asked with */
	int read;
	struct listing_node *first, **last; /* its roles */
	struct listing_page *behind; /* where the next that it names goes */
	int goes_on;		     /* its account has another page */
};

struct listings {
	struct upstream up;
	LIST_HEAD(, listing) all;
	unsigned generation;
};

struct listing {
	struct listings *all;
	LIST_ENTRY(listing) entry;
	struct waits waits;
	unsigned char identity[HASH_SHA256];
	unsigned generation;	 /* never 0 */
	uint64_t login;		 /* session_login_serial(); 0: not known yet */
	uint64_t serial;	 /* of the newest token */
	unsigned refused;	 /* tokens */
	uint64_t refused_serial; /* of the one for which another is asked */
	int asking;		 /* for a session */
	struct session_wait session;
	TAILQ_HEAD(, listing_page) pages; /* in order */
	size_t n_pages, under_way;
	size_t bare; /* pages without an account that are to be asked for */
	size_t done, total; /* accounts */
	size_t unusable;    /* roles that are left out */
	struct listing_store store;
	int whole, has_failed;
	struct err failed;
	int gone;		/* no new one joins it */
	int64_t finished;	/* by the loop's clock, when it is whole */
	struct loop_timer tell; /* there is something for those who wait */
	struct loop_timer rest; /* how long it stays */
	char id[];		/* of the server */
};

/* listing_fetch.c.  Begins to ask; l->tell is armed whenever there is
 * something new. */
void listing_fetch(struct listing *l);

/* Ends it badly, unless it has ended. */
void listing_fail(struct listing *l, const struct err *e);

/* Lets go of whatever is under way. */
void listing_stop(struct listing *l);

static inline int listing_ended(const struct listing *l)
{
	return l->whole || l->has_failed;
}

#endif
