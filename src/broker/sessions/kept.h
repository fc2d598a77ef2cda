#ifndef MAIRU_BROKER_SESSIONS_KEPT_H
#define MAIRU_BROKER_SESSIONS_KEPT_H

/*
 * Sessions, one module in four files: session.c keeps them, fresh.c maintains
 * them, renew.c renews one, and revoke.c tells its server of its end.
 *
 * Callbacks may reenter and change anything: after session_tell() or
 * session_end(), no session pointer obtained before may be used.
 */

#include <stdint.h>
#include <sys/queue.h>

#include "base/core/err.h"
#include "base/core/hash.h"
#include "broker/kinds/provider.h"
#include "broker/sessions/session.h"
#include "net/http/backoff.h"
#include "net/runtime/loop.h"
#include "net/runtime/renew_time.h"

enum {
	SESSION_DENIED = 60 * 1000, /* ms to remember a refusal */
	/* minimum ms between background renewals, however short-lived the
	 * token */
	SESSION_BETWEEN = 30 * 1000,
	SESSION_TOLD = 24 * 3600, /* s to remember an ended one */
};

TAILQ_HEAD(revoke_list, revoke);
struct renewal;

struct session {
	struct sessions *all;
	const char *id, *url;
	unsigned char identity[HASH_SHA256];
	/* access NULL: expired or refused; all zero once the session has
	 * ended. */
	struct provider_tokens tokens;
	uint64_t serial, login_serial;
	int64_t life; /* seconds that the access token was issued for */
	int64_t ended;
	int64_t used;	    /* monotonic, as the next */
	int64_t renew_from; /* earliest renewal ahead */
	struct backoff trouble;
	struct renewal *renewal; /* in progress, or NULL */
	struct waits waits;
	char strings[];
};

struct revokes {
	const struct upstream *part;
	size_t n, under_way;
	struct revoke_list list;
};

struct sessions {
	struct upstream part;
	struct revokes *revokes; /* revoke.c's */
	void (*fn)(void *arg, const unsigned char *identity, int is);
	void *arg;
	int (*held)(void *arg, const unsigned char *identity);
	void *held_arg;
	struct loop_timer timer;
	struct renew_time_clocks clocks;
	LIST_HEAD(, renewal) orphans; /* renewals without a session */
	uint64_t serial;
	size_t n;
	struct session *at[SESSION_MAX]; /* in order of id */
};

/* --- session.c */

/* The live session, or NULL. */
struct session *session_of(
    const struct sessions *s, const unsigned char identity[HASH_SHA256]);

/* It has an access token, valid now. */
int session_valid(const struct session *one);

/* Keeps only the fact that it has ended; waiters get e.  revoke != 0 tells the
 * server. */
void session_end(struct session *one, int64_t when, int revoke, const char *why,
    const struct err *e);

/* It ended long enough ago to be forgotten. */
int session_stale(const struct session *one);
/* Removes it silently. */
void session_forget(struct sessions *s, size_t i);

/* --- renew.c */

/* Starts a renewal; none must be in progress.  Records a failure. */
int session_renew(struct session *one, struct err *e) MUST_CHECK;

/* Drops its tokens.  If its server is to be told (revoke != 0), a renewal in
 * progress continues without the session: otherwise the tokens it brings would
 * stay valid. */
void session_abandon(struct session *one, int revoke);

/* Gives the waiters e, or the current session. */
void session_tell(struct sessions *s, const unsigned char identity[HASH_SHA256],
    struct waits *waits, const struct err *e);

/* Cancels renewals without a session. */
void session_drop_orphans(struct sessions *s);

/* --- fresh.c */

/* Sets the timer for the next event. */
void session_schedule(struct sessions *s);

/* The timer: renews ahead, wipes what has expired, forgets what has ended. */
void session_turn(void *arg);

/* Records a use, at a monotonic time. */
void session_used(struct session *one, int64_t at);

/* After a suspend or a clock change, has everything rechecked (in the next
 * round, since results are borrowed for this one). */
void session_notice_jump(struct sessions *s);

#endif
