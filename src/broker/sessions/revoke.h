#ifndef MAIRU_BROKER_SESSIONS_REVOKE_H
#define MAIRU_BROKER_SESSIONS_REVOKE_H

/*
 * Telling servers that tokens are done with (RFC 7009, or what a server has
 * instead), once nobody here has them any more.
 *
 *  - It is the server's affair alone: a logout holds here at once, whatever
 *    comes of it.
 *  - Bounded in time and number; tokens are wiped when it has ended, well or
 *    badly.
 */

#include <stddef.h>

#include "base/core/err.h"
#include "base/core/hash.h"
#include "broker/servers/upstream.h"
#include "net/runtime/waits.h"

enum {
	REVOKE_AT_ONCE = 16,
	REVOKE_MAX = 1024,     /* those that wait included */
	REVOKE_MS = 10 * 1000, /* each */
};

struct revoke;
struct revokes;

/* up is borrowed. */
int revokes_new(
    struct revokes **r, const struct upstream *up, struct err *e) MUST_CHECK;
/* Cancels and wipes; nobody is told. */
void revokes_free(struct revokes *r);

/* Takes the tokens over, for a call of revoke_go().  NULL: there is nothing to
 * be told, or no way to tell it; then they are wiped. */
struct revoke *revoke_new(struct revokes *r, const char *id,
    const unsigned char identity[HASH_SHA256],
    struct provider_tokens *take_tokens);

/* Its tokens, until revoke_go(). */
struct provider_tokens *revoke_tokens(struct revoke *r);

/* Tells the server, from the loop. */
void revoke_go(struct revoke *r);

struct revoke_wait {
	struct wait wait; /* the revokes' */
	/* e NULL: the server knows, or has no way to be told. */
	void (*fn)(void *arg, const struct err *e);
	void *arg;
};

/* Calls w->fn once, from the loop, when what was begun last for that server
 * has ended.  0: nothing is under way, and w stays idle. */
int revoke_join(struct revokes *r, const unsigned char identity[HASH_SHA256],
    struct revoke_wait *w);

#endif
