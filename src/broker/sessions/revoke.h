#ifndef MAIRU_BROKER_SESSIONS_REVOKE_H
#define MAIRU_BROKER_SESSIONS_REVOKE_H

/*
 * Revokes tokens at their servers (RFC 7009, or the server's equivalent), once
 * they are no longer used here.
 *
 *  - It affects only the server: a logout takes effect here at once, whatever
 *    the outcome.
 *  - Bounded in time and number; tokens are wiped when it ends, successfully or
 *    not.
 */

#include <stddef.h>

#include "base/core/err.h"
#include "base/core/hash.h"
#include "broker/servers/upstream.h"
#include "net/runtime/waits.h"

enum {
	REVOKE_AT_ONCE = 16,
	REVOKE_MAX = 1024,     /* including those that wait */
	REVOKE_MS = 10 * 1000, /* each */
};

struct revoke;
struct revokes;

/* up is borrowed. */
int revokes_new(
    struct revokes **r, const struct upstream *up, struct err *e) MUST_CHECK;
/* Cancels and wipes everything; waiters are not called. */
void revokes_free(struct revokes *r);

/* Takes over the tokens, for revoke_go().  NULL: nothing to revoke, or no way
 * to; the tokens are then wiped. */
struct revoke *revoke_new(struct revokes *r, const char *id,
    const unsigned char identity[HASH_SHA256],
    struct provider_tokens *take_tokens);

/* Its tokens, until revoke_go(). */
struct provider_tokens *revoke_tokens(struct revoke *r);

/* Tells the server, from the loop. */
void revoke_go(struct revoke *r);

struct revoke_wait {
	struct wait wait; /* the revokes' */
	/* e NULL: the server was told, or has no way to be. */
	void (*fn)(void *arg, const struct err *e);
	void *arg;
};

/* Calls w->fn once, from the loop, when the latest revocation at that server
 * has ended.  0: none is in progress, and w stays idle. */
int revoke_join(struct revokes *r, const unsigned char identity[HASH_SHA256],
    struct revoke_wait *w);

#endif
