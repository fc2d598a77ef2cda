#ifndef MAIRU_BROKER_ROLES_LISTING_CALL_H
#define MAIRU_BROKER_ROLES_LISTING_CALL_H

/*
 * Lists of roles, one module in two files: listing.c serves them,
 * listing_fetch.c fetches them.
 */

#include <sys/queue.h>

#include "broker/roles/listing.h"
#include "broker/roles/listing_store.h"
#include "broker/sessions/session.h"
#include "net/http/throttle.h"

/* A page still to be fetched, or whose roles wait for those of earlier
 * pages. */
struct listing_page {
	TAILQ_ENTRY(listing_page) entry;
	struct listing *listing;
	struct provider_page page;  /* its strings are in the store */
	struct throttle_call *call; /* in progress */
	uint64_t serial;	    /* of the token used */
	int read;
	struct listing_node *first, **last; /* its roles */
	struct listing_page *behind; /* where the next page it names goes */
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
	uint64_t login;		 /* session_login_serial(); 0: unknown yet */
	uint64_t serial;	 /* of the newest token */
	unsigned refused;	 /* tokens */
	uint64_t refused_serial; /* of the token being replaced */
	int asking;		 /* for a session */
	struct session_wait session;
	TAILQ_HEAD(, listing_page) pages; /* in order */
	size_t n_pages, under_way;
	size_t bare;	    /* pages without an account, to be fetched */
	size_t done, total; /* accounts */
	size_t unusable;    /* roles left out */
	struct listing_store store;
	int whole, has_failed;
	struct err failed;
	int gone;		/* no new waiters join it */
	int64_t finished;	/* by the loop's clock, when it is whole */
	struct loop_timer tell; /* there is news for the waiters */
	struct loop_timer rest; /* ends its lifetime */
	char id[];		/* of the server */
};

/* listing_fetch.c.  Starts fetching; l->tell is armed whenever there is
 * news. */
void listing_fetch(struct listing *l);

/* Fails it, unless it has ended. */
void listing_fail(struct listing *l, const struct err *e);

/* Cancels whatever is in progress. */
void listing_stop(struct listing *l);

static inline int listing_ended(const struct listing *l)
{
	return l->whole || l->has_failed;
}

#endif
