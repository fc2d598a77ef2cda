#ifndef MAIRU_BROKER_ROLES_PART_H
#define MAIRU_BROKER_ROLES_PART_H

/*
 * A role as roles.c keeps it and roles_call.c gets it.
 *
 * Whoever is told something may come back and change everything: ask, cancel,
 * forget.  So a role is held (held != 0) while its waiters are told, and one
 * that was forgotten meanwhile (gone) is freed by who holds it.
 */

#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "base/err.h"
#include "base/hash.h"
#include "broker/catalog.h"
#include "broker/credential.h"
#include "broker/http.h"
#include "broker/loop.h"
#include "broker/roles.h"
#include "broker/session.h"

enum {
	ROLES_BUCKETS = 2048,	   /* a power of two */
	ROLES_IDLE = 3600 * 1000,  /* ms without a use until none is renewed */
	ROLES_DENIED = 10 * 1000,  /* ms that a refusal is remembered */
	ROLES_REFUSED = 60 * 1000, /* ms until a refused renewal is tried */
	ROLES_FIRST = 1000,	   /* ms of the first back-off, doubling */
	ROLES_MOST = 60 * 1000,	   /* up to this */
	ROLES_LATER = 3600,	   /* s of a Retry-After that are honoured */
};

LIST_HEAD(role_waits, role_wait);

struct role {
	struct roles *all;
	unsigned char key[HASH_SHA256]; /* of identity, role and chain */
	unsigned char identity[HASH_SHA256];
	const char *id; /* of the server, for messages */
	const char *name;
	struct credential c;
	uint64_t c_serial; /* of the session that it came with */
	struct http_call *call;
	uint64_t call_serial;
	struct role_waits waits;
	struct err *failed;   /* what is remembered, or NULL */
	int64_t failed_until; /* these two of the monotonic clock */
	int64_t renew_from;
	unsigned failures; /* in a row */
	int never_cached;  /* the server said so */
	int64_t used;	   /* monotonic */
	unsigned held;
	int gone;
	TAILQ_ENTRY(role) use; /* the latest first */
	LIST_ENTRY(role) by_key;
	char strings[];
};
TAILQ_HEAD(role_list, role);
LIST_HEAD(role_bucket, role);

struct roles {
	struct upstream part;
	void (*fn)(void *arg);
	void *arg;
	struct loop_timer timer;
	int64_t skew; /* wall clock minus monotonic, ms: jumps show in it */
	size_t n;
	struct role_list use;
	struct role_bucket by_key[ROLES_BUCKETS];
};

/* --- roles_call.c */

/* Starts a call for its credentials unless one is under way.  An error is
 * remembered where that is due. */
int role_call(struct role *role, const struct catalog_entry *server,
    struct err *e) MUST_CHECK;

/* Ends it, without a word to anybody. */
void role_hang_up(struct role *role);

/* Ends the one under way, and starts anew for those who wait. */
void role_restart(struct role *role, const struct catalog_entry *server);

/* Tells all who wait, and nobody that comes to wait meanwhile. */
void role_tell(struct role *role, struct role_waits *waits,
    const struct credential *c, const struct err *e, int64_t retry_after);

/* Moves those who wait to *to, the first that came in front. */
void role_take_waits(struct role *role, struct role_waits *to);

/* Forgets that there ever was a failure. */
void role_forgive(struct role *role);

/* "Run: mairu login": ERR_LOGIN. */
int role_no_login(const struct role *role, struct err *e);

/* --- roles_fresh.c */

/* Notes a use, which counts for an hour. */
void role_used(struct role *role);

/* Starts a renewal if one is due, in the background: whoever uses the old
 * credentials is not told of a failure. */
void role_renew(struct role *role);

/* Sets the timer to what comes next. */
void roles_schedule(struct roles *r);

/* The timer: renews and wipes. */
void roles_turn(void *arg);

/* After a sleep, or when somebody has set the clock, has all looked at anew
 * (in the next round, since what was given is borrowed for this one). */
void roles_notice_jump(struct roles *r);

/* --- roles.c */

/* Wipes what there is of credentials; 1 if there were some. */
int role_wipe(struct role *role);

/* Credentials have come or gone. */
void roles_changed(struct roles *r);

/* Frees one that is in no table and that nobody holds. */
void role_free(struct role *role);

#endif
