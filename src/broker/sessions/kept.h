#ifndef MAIRU_BROKER_SESSIONS_KEPT_H
#define MAIRU_BROKER_SESSIONS_KEPT_H

/*
 * Sessions, one module in four files: session.c keeps them, fresh.c looks after
 * them, renew.c renews one, and revoke.c tells its server of its end.
 *
 * Whoever is told something may come back and change everything: after a
 * session_tell() or a session_end() no session that was known before may be
 * touched.
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
	SESSION_DENIED = 60 * 1000, /* ms that a refusal is remembered */
	/* ms from one renewal to the next that nobody waits for, however short
	 * the life of a token is */
	SESSION_BETWEEN = 30 * 1000,
	SESSION_TOLD = 24 * 3600, /* s that an ended one is remembered */
};

TAILQ_HEAD(revoke_list, revoke);
struct renewal;

struct session {
	struct sessions *all;
	const char *id, *url;
	unsigned char identity[HASH_SHA256];
	/* access NULL: it has expired, or was refused; of one that has ended
	 * all is zero. */
	struct provider_tokens tokens;
	uint64_t serial, login_serial;
	int64_t life; /* seconds that the access token had when it came */
	int64_t ended;
	int64_t used;	    /* these two of the monotonic clock */
	int64_t renew_from; /* not ahead before */
	struct backoff trouble;
	struct renewal *renewal; /* under way, or NULL */
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

/* The one that holds, or NULL. */
struct session *session_of(
    const struct sessions *s, const unsigned char identity[HASH_SHA256]);

/* Its access token is there, and valid now. */
int session_valid(const struct session *one);

/* Leaves no more of it than that it has ended; whoever waits is told e.  revoke
 * != 0 tells the server. */
void session_end(struct session *one, int64_t when, int revoke, const char *why,
    const struct err *e);

/* What an ended one is remembered for has passed. */
int session_stale(const struct session *one);
/* Takes it out without a word. */
void session_forget(struct sessions *s, size_t i);

/* --- renew.c */

/* Starts a renewal, which must not be under way; a failure is noted. */
int session_renew(struct session *one, struct err *e) MUST_CHECK;

/* Lets its tokens go.  A renewal under way goes on without it, if its server
 * is to be told (revoke != 0): else what comes of it would stay valid. */
void session_abandon(struct session *one, int revoke);

/* Tells them e, or brings them what there is now. */
void session_tell(struct sessions *s, const unsigned char identity[HASH_SHA256],
    struct waits *waits, const struct err *e);

/* Ends renewals that have no session. */
void session_drop_orphans(struct sessions *s);

/* --- fresh.c */

/* Sets the timer to what comes next. */
void session_schedule(struct sessions *s);

/* The timer: renews ahead, wipes what has expired, forgets what has ended. */
void session_turn(void *arg);

/* Notes a use, at a time of the monotonic clock. */
void session_used(struct session *one, int64_t at);

/* After a sleep, or when somebody has set the clock, has all looked at anew
 * (in the next round, since what was given is borrowed for this one). */
void session_notice_jump(struct sessions *s);

#endif
