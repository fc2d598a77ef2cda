#ifndef MAIRU_BROKER_ROLES_ROLES_H
#define MAIRU_BROKER_ROLES_ROLES_H

/*
 * The credentials of each role that was asked for: from memory, or from its
 * server, in one call however many wait.
 *
 *  - Nothing MUST be given that is not valid now, or that came from a server
 *    other than the one which the name means now.
 *  - Credentials are renewed ahead, in the background, while the old ones are
 *    served, and only while somebody has used them in the last hour.
 *  - A failure is remembered briefly, so that a loop of SDK calls is no loop
 *    of server calls; a login forgets it.
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
	ROLES_MAX = 1024, /* the one unused for longest goes */
};

struct roles;

/* Which role; chain is chain_text(), "" for none. */
struct role_ref {
	const char *server, *role, *chain;
};

struct role_result {
	const struct credential *credential; /* NULL: e says why */
	const struct err *e; /* ERR_LOGIN, ERR_DENIED, ERR_UPSTREAM, ... */
	int64_t retry_after; /* seconds until trying again makes sense */
	int64_t ago;	     /* e is remembered, and happened so long ago */
};

/* How a role is asked for: any of these, or none. */
enum roles_how {
	ROLES_FRESH = 1, /* neither what is cached nor an error that is
			    remembered */
	ROLES_LAZY = 2,	 /* this is no use for which it is renewed ahead */
};

struct role_wait {
	struct wait wait; /* the roles' */
	/* All borrowed for the call. */
	void (*fn)(void *arg, const struct role_result *r);
	void *arg;
};

int roles_new(
    struct roles **r, const struct upstream *up, struct err *e) MUST_CHECK;
/* Whoever waits is not told any more. */
void roles_free(struct roles *r);

/* Calls fn whenever credentials of a role have come or have gone. */
void roles_watch(struct roles *r, void (*fn)(void *arg), void *arg);

/* What there is now, without asking anybody, and has come since then by the
 * loop's clock (INT64_MIN: ever): 1 and *c (borrowed until the loop's next
 * round) when valid credentials are there.  Counts as a use and starts a
 * renewal when that is due, but for ROLES_LAZY; `how` is that or 0. */
int roles_cached(struct roles *r, const struct role_ref *ref, int how,
    int64_t since, const struct credential **c);

/* The same, else waits for the call that brings them, which goes on for whoever
 * asks next when w leaves.  w->fn is called exactly once unless it does: before
 * this returns when the answer is known, else from the loop.  ROLES_FRESH too
 * joins a call that is under way. */
void roles_ask(
    struct roles *r, const struct role_ref *ref, int how, struct role_wait *w);

/* Gets them in the background if there is a session and there are none. */
void roles_warm(struct roles *r, const struct role_ref *ref);

/* Forgets what came from a server (NULL: from all of them), and tells who waits
 * ERR_LOGIN. */
size_t roles_forget(struct roles *r, const unsigned char *identity);

/* A session has come, by a first login or another one: failures at that server
 * are forgotten, and so are credentials that came with another session; calls
 * under way begin anew with the new token. */
void roles_forgive(struct roles *r, const unsigned char identity[HASH_SHA256]);

/* Seconds that the clock of AWS is ahead of this machine's, as far as a refused
 * signature has told. */
int64_t roles_clock_ahead(const struct roles *r);

/* A refused signature has told: this is what the time is for AWS. */
void roles_set_clock(struct roles *r, int64_t date);

#endif
