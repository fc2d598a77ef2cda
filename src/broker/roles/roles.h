#ifndef MAIRU_BROKER_ROLES_ROLES_H
#define MAIRU_BROKER_ROLES_ROLES_H

/*
 * The credentials of each requested role: from memory, or from its server, in
 * one call however many wait.
 *
 *  - Credentials MUST NOT be given out unless they are valid now and came from
 *    the server that the name means now.
 *  - Credentials are renewed ahead, in the background, while the old ones are
 *    served, and only if used in the last hour.
 *  - A failure is remembered briefly, so that a loop of SDK calls does not
 *    become a loop of server calls; a login clears it.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/core/err.h"
#include "base/core/secret.h"
#include "broker/servers/catalog.h"
#include "broker/servers/upstream.h"
#include "broker/sessions/session.h"
#include "net/aws/credential.h"
#include "net/http/http.h"
#include "net/runtime/loop.h"
#include "net/runtime/waits.h"

enum {
	ROLES_MAX = 1024, /* least recently used is evicted */
};

struct roles;

/* Which role; chain is chain_text(), "" for none. */
struct role_ref {
	const char *server, *role, *chain;
};

struct role_result {
	const struct credential *credential; /* NULL: e says why */
	const struct err *e; /* ERR_LOGIN, ERR_DENIED, ERR_UPSTREAM, ... */
	int64_t retry_after; /* seconds until a retry makes sense */
	int64_t ago;	     /* e is remembered, from this many seconds ago */
};

/* How a role is requested: any of these flags. */
enum roles_how {
	ROLES_FRESH = 1, /* ignore cached credentials and remembered errors */
	ROLES_LAZY = 2,	 /* does not count as a use, for renewing ahead */
};

struct role_wait {
	struct wait wait; /* the roles' */
	/* All borrowed for the call. */
	void (*fn)(void *arg, const struct role_result *r);
	void *arg;
};

int roles_new(
    struct roles **r, const struct upstream *up, struct err *e) MUST_CHECK;
/* Waiters are not called. */
void roles_free(struct roles *r);

/* Calls fn whenever credentials of a role were added or removed. */
void roles_watch(struct roles *r, void (*fn)(void *arg), void *arg);

/* Looks in memory only: 1 and *c (borrowed until the loop's next round) if
 * there are valid credentials fetched since `since` by the loop's clock
 * (INT64_MIN: ever).  Counts as a use and starts a renewal if due, except with
 * ROLES_LAZY; `how` is that or 0. */
int roles_cached(struct roles *r, const struct role_ref *ref, int how,
    int64_t since, const struct credential **c);

/* The same, but waits for a call if necessary; if w leaves, the call continues
 * for the next caller.  w->fn is called exactly once unless w leaves: before
 * this returns if the result is known, otherwise from the loop.  ROLES_FRESH
 * also joins a call in progress. */
void roles_ask(
    struct roles *r, const struct role_ref *ref, int how, struct role_wait *w);

/* Fetches them in the background if there is a session and none are cached. */
void roles_warm(struct roles *r, const struct role_ref *ref);

/* Forgets what came from a server (NULL: all servers); waiters get
 * ERR_LOGIN. */
size_t roles_forget(struct roles *r, const unsigned char *identity);

/* Call after any login: forgets failures at that server, and credentials
 * fetched with another session; restarts calls in progress with the new
 * token. */
void roles_forgive(struct roles *r, const unsigned char identity[HASH_SHA256]);

/* Seconds that the AWS clock is ahead of ours, as learnt from a rejected
 * signature. */
int64_t roles_clock_ahead(const struct roles *r);

/* Sets AWS's idea of the time, learnt from a rejected signature. */
void roles_set_clock(struct roles *r, int64_t date);

#endif
