#ifndef MAIRU_BROKER_SESSIONS_SESSION_H
#define MAIRU_BROKER_SESSIONS_SESSION_H

/*
 * Logins that hold: one for each server, by its identity
 * (broker/servers/catalog.h).  Tokens lie in the slab.
 *
 *  - An access token that has expired, or that its server refused, is wiped;
 *    the session stays while there is a refresh token.
 *  - One renewal at a time for each session.  A refresh token is sent once;
 *    the one that came back takes its place, and where none came it stays.
 *  - A refusal of the refresh token ends the session.  Trouble on the way ends
 *    nothing and is tried again later.
 *  - Renewed ahead in the background, as long as the session is in use: asked
 *    for within the last hour, or held by a grant that a process has.
 *  - What ended without a logout is remembered without its tokens, to be told.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/core/err.h"
#include "base/core/hash.h"
#include "broker/kinds/provider.h"
#include "broker/servers/catalog.h"
#include "broker/servers/upstream.h"
#include "net/http/http.h"
#include "net/runtime/loop.h"
#include "net/runtime/waits.h"

enum {
	SESSION_MAX = 256, /* as many as servers.d may hold files */
};

struct revokes;
struct sessions;
struct session;

/* What is in *up is not its own; registrations may be NULL. */
int sessions_new(
    struct sessions **s, const struct upstream *up, struct err *e) MUST_CHECK;
/* Whoever waits is not told any more. */
void sessions_free(struct sessions *s);

/* Calls fn whenever a session comes or goes, but for sessions_free(); a
 * renewal is neither. */
void sessions_watch(struct sessions *s,
    void (*fn)(void *arg, const unsigned char identity[HASH_SHA256], int is),
    void *arg);

/* Asks held(arg) whether some process has a grant of that server. */
void sessions_watch_held(struct sessions *s,
    int (*held)(void *arg, const unsigned char identity[HASH_SHA256]),
    void *arg);

/* Puts one in place of whatever that server had; the tokens are taken over in
 * any case. */
int sessions_put(struct sessions *s, const struct catalog_entry *server,
    struct provider_tokens *take_tokens, struct err *e) MUST_CHECK;

/* The one of that identity that holds (its access token is valid, or can be
 * renewed), or NULL; borrowed until the loop's next round. */
const struct session *sessions_find(
    const struct sessions *s, const unsigned char identity[HASH_SHA256]);

struct session_wait {
	struct wait wait; /* the sessions' */
	/* one NULL: e says why (ERR_LOGIN: there is no session any more).
	 * All borrowed for the call. */
	void (*fn)(void *arg, const struct session *one, const struct err *e);
	void *arg;
};

/* Brings a session whose access token is valid: before this returns if there
 * is one, else after a renewal.  refused: the serial of a token that the
 * server did not take (0: none), which is not brought again.  w->fn is called
 * exactly once unless w leaves; a renewal goes on then.  Counts as a use. */
void sessions_ask(struct sessions *s, const unsigned char identity[HASH_SHA256],
    uint64_t refused, struct session_wait *w);

/* The same after a renewal in any case; ERR_DENIED when the session can't be
 * renewed. */
void sessions_renew(struct sessions *s,
    const unsigned char identity[HASH_SHA256], struct session_wait *w);

/* Notes that it was in use at that time of the loop's clock, by what does not
 * need its token now. */
void sessions_use(
    struct sessions *s, const unsigned char identity[HASH_SHA256], int64_t at);

/* What the servers of sessions that were dropped are told; revoke_join() waits
 * for it. */
struct revokes *sessions_revokes(struct sessions *s);

/* Forgets and wipes; says how many.  A session that its server can be told of
 * is told of in the background (revoke.h). */
size_t sessions_drop(
    struct sessions *s, const unsigned char identity[HASH_SHA256]);
size_t sessions_drop_all(struct sessions *s);

/* Ends it if its access token is still this one: a 401 that comes late says
 * nothing of a login or a renewal made meanwhile. */
void sessions_drop_token(struct sessions *s,
    const unsigned char identity[HASH_SHA256], uint64_t serial);

/* ERR_LOGIN: there is none of that server, and how to get one. */
int session_none(const char *id, struct err *e);

/* In order of id: i from 0; NULL ends.  Those that have ended are among
 * them. */
const struct session *sessions_at(const struct sessions *s, size_t i);

const char *session_id(const struct session *s);
const char *session_url(const struct session *s);
const unsigned char *session_identity(const struct session *s);
/* NULL while it is to be renewed, and of one that has ended. */
const struct secret *session_access(const struct session *s);
int64_t session_expires(const struct session *s); /* 0: not known */
int session_renews(const struct session *s);
/* When it ended, by the wall clock; 0: it has not. */
int64_t session_ended(const struct session *s);
uint64_t session_serial(const struct session *s); /* no two tokens' are alike */
/* Of the login that it came by, which stays through renewals. */
uint64_t session_login_serial(const struct session *s);

#endif
