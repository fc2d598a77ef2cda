#ifndef MAIRU_BROKER_SESSIONS_SESSION_H
#define MAIRU_BROKER_SESSIONS_SESSION_H

/*
 * Sessions: one per server, by its identity (broker/servers/catalog.h).  Tokens
 * are kept in the slab.
 *
 *  - An access token that has expired, or that its server refused, is wiped;
 *    the session lasts while there is a refresh token.
 *  - One renewal at a time per session.  A refresh token is sent once; if a new
 *    one comes back it replaces the old one, otherwise the old one stays.
 *  - A refused refresh token ends the session.  After any other failure the
 *    renewal is retried later.
 *  - Sessions are renewed ahead in the background while in use: requested
 *    within the last hour, or needed by a grant lent to a process.
 *  - A session that ended without a logout is remembered without its tokens, so
 *    that it can be reported.
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
	SESSION_MAX = 256, /* same as the limit on files in servers.d */
};

struct revokes;
struct sessions;
struct session;

/* Borrows what is in *up; registrations may be NULL. */
int sessions_new(
    struct sessions **s, const struct upstream *up, struct err *e) MUST_CHECK;
/* Waiters are not called. */
void sessions_free(struct sessions *s);

/* Calls fn whenever a session is created or removed, but not on a renewal or in
 * sessions_free(). */
void sessions_watch(struct sessions *s,
    void (*fn)(void *arg, const unsigned char identity[HASH_SHA256], int is),
    void *arg);

/* Sets held(), which says whether a grant of that server is lent to a
 * process. */
void sessions_watch_held(struct sessions *s,
    int (*held)(void *arg, const unsigned char identity[HASH_SHA256]),
    void *arg);

/* Creates a session, replacing any that the server had; takes over the tokens
 * in any case. */
int sessions_put(struct sessions *s, const struct catalog_entry *server,
    struct provider_tokens *take_tokens, struct err *e) MUST_CHECK;

/* The live session of that identity (its access token is valid, or can be
 * renewed), or NULL; borrowed until the loop's next round. */
const struct session *sessions_find(
    const struct sessions *s, const unsigned char identity[HASH_SHA256]);

struct session_wait {
	struct wait wait; /* the sessions' */
	/* one NULL: e says why (ERR_LOGIN: there is no longer a session).  All
	 * borrowed for the call. */
	void (*fn)(void *arg, const struct session *one, const struct err *e);
	void *arg;
};

/* Gets a session with a valid access token: before this returns if there is
 * one, otherwise after a renewal.  refused: the serial of a token that the
 * server rejected (0: none), which is not returned again.  w->fn is called
 * exactly once unless w leaves; a renewal continues then.  Counts as a use. */
void sessions_ask(struct sessions *s, const unsigned char identity[HASH_SHA256],
    uint64_t refused, struct session_wait *w);

/* The same, but always renews; ERR_DENIED if the session can't be renewed. */
void sessions_renew(struct sessions *s,
    const unsigned char identity[HASH_SHA256], struct session_wait *w);

/* Records a use at that time of the loop's clock, by something that does not
 * need its token now. */
void sessions_use(
    struct sessions *s, const unsigned char identity[HASH_SHA256], int64_t at);

/* The revocations for dropped sessions, for revoke_join(). */
struct revokes *sessions_revokes(struct sessions *s);

/* Forget and wipe; return how many.  Tokens are revoked at their server in the
 * background, if it supports that (revoke.h). */
size_t sessions_drop(
    struct sessions *s, const unsigned char identity[HASH_SHA256]);
size_t sessions_drop_all(struct sessions *s);

/* Ends it if its access token is still this one: a late 401 says nothing about
 * a login or renewal made meanwhile. */
void sessions_drop_token(struct sessions *s,
    const unsigned char identity[HASH_SHA256], uint64_t serial);

/* Sets ERR_LOGIN: that there is no session at that server, and how to get
 * one. */
int session_none(const char *id, struct err *e);

/* In order of id: i from 0, until NULL.  Includes ended ones. */
const struct session *sessions_at(const struct sessions *s, size_t i);

const char *session_id(const struct session *s);
const char *session_url(const struct session *s);
const unsigned char *session_identity(const struct session *s);
/* NULL while it needs renewal, and once it has ended. */
const struct secret *session_access(const struct session *s);
int64_t session_expires(const struct session *s); /* 0: unknown */
int session_renews(const struct session *s);
/* When it ended, by the wall clock; 0: it has not. */
int64_t session_ended(const struct session *s);
uint64_t session_serial(const struct session *s); /* unique per token */
/* Of its login; unchanged by renewals. */
uint64_t session_login_serial(const struct session *s);

#endif
