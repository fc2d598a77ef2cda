#ifndef MAIRU_BROKER_ROLES_KEPT_H
#define MAIRU_BROKER_ROLES_KEPT_H

/*
 * Roles, one module in four files: roles.c keeps them, fetch.c gets the
 * credentials of one, by way of chain.c where another one assumes it, and
 * renew.c keeps them fresh.
 *
 * Whoever is told something may come back and change everything: ask, cancel,
 * forget.  So a role is held (held != 0) while its waiters are told, and one
 * that was forgotten meanwhile (gone) is freed by who holds it.
 */

#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "base/core/err.h"
#include "base/core/hash.h"
#include "broker/roles/roles.h"
#include "broker/servers/catalog.h"
#include "broker/sessions/session.h"
#include "net/aws/credential.h"
#include "net/http/backoff.h"
#include "net/http/http.h"
#include "net/http/throttle.h"
#include "net/runtime/loop.h"
#include "net/runtime/renew_time.h"

enum {
	ROLES_BUCKETS = 2048,	   /* a power of two */
	ROLES_DENIED = 10 * 1000,  /* ms that a refusal is remembered */
	ROLES_REFUSED = 60 * 1000, /* ms until a refused renewal is tried */
};

struct role {
	struct roles *all;
	unsigned char key[HASH_SHA256]; /* of identity, role and chain */
	unsigned char identity[HASH_SHA256];
	const char *id; /* of the server, for messages */
	const char *name;
	struct credential c;
	uint64_t c_login; /* session_login_serial() of what it came with */
	uint64_t c_clock; /* roles->clock then */
	/* One of these two is under way, or none (role_busy()): first the
	 * session, then the call with its token. */
	struct session_wait session;
	struct throttle_call *call;
	uint64_t call_serial, call_login; /* of the token it was made with */
	int fresh;   /* the call that begins takes nothing from memory */
	int retried; /* the server refused one token already */
	struct err *at_once; /* for a failure that comes before the ask ends */
	struct role_chain *chain; /* NULL of a role of the server itself */
	char *arn; /* whose its credentials are, where that is known */
	struct waits waits;
	struct backoff trouble;
	int64_t renew_from; /* monotonic */
	int never_cached;   /* the server said so */
	int64_t used;	    /* monotonic, as the next */
	int64_t got;	    /* what there is */
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
	struct renew_time_clocks clocks;
	uint64_t clock;	   /* how often it was set, or the machine slept */
	int64_t sts_ahead; /* seconds that the clock of STS is */
	size_t n;
	struct role_list use;
	struct role_bucket by_key[ROLES_BUCKETS];
};

/* --- fetch.c */

/* 1 while credentials are on their way. */
int role_busy(const struct role *role);

/* 1 while a call with credentials or a token is under way. */
int role_is_called(const struct role *role);

/* Starts a call for its credentials unless one is under way; if its session is
 * to be renewed first, after that.  An error is remembered where that is due.
 * What needs no call is there, and told, before this returns. */
int role_call(struct role *role, const struct catalog_entry *server,
    struct err *e) MUST_CHECK;

/* Ends the holding of one (held++), which frees it if it is gone. */
void role_let_go(struct role *role);

/* Ends it, without a word to anybody. */
void role_hang_up(struct role *role);

/* Ends the one under way, and starts anew for those who wait. */
void role_restart(struct role *role, const struct catalog_entry *server);

/* Tells all who wait, and nobody that comes to wait meanwhile. */
void role_tell(struct role *role, struct waits *waits,
    const struct credential *c, const struct err *e, int64_t retry_after);

/* How a call ends: the error, and how long the server wants to be left alone
 * (-1: it did not say); or credentials, and whose they
 * are, if that is known. */
void role_failed(struct role *role, const struct err *why, int64_t retry_after);
void role_got(struct role *role, struct credential *take_c, char *take_arn);

/* Forgets that there ever was a failure. */
void role_forgive(struct role *role);

/* "Run: mairu login": ERR_LOGIN. */
int role_no_login(const struct role *role, struct err *e);

/* --- chain.c */

/* Of a chain_text(), which is not "".  ERR_FORMAT, ERR_NOMEM. */
int role_chain_new(
    struct role_chain **c, const char *text, struct err *e) MUST_CHECK;
void role_chain_free(struct role_chain *c); /* safe on NULL */
int role_chain_busy(const struct role_chain *c);
int role_chain_is_called(const struct role_chain *c);
void role_chain_hang_up(struct role_chain *c);

/* Starts; a failure before it returns goes to role->at_once. */
void role_chain_call(struct role *role);

/* --- renew.c */

/* 1 while it is renewed ahead. */
int role_in_use(const struct role *role);

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

/* 1 while its credentials may be given: they are valid, and when they end is
 * known.  It is not once the clock was set by which it was corrected. */
int role_valid(const struct role *role);

/* Wipes what there is of credentials; 1 if there were some. */
int role_wipe(struct role *role);

/* Whose credentials the role is that this one stands on, if that is known, and
 * with which login they came. */
const char *role_arn_below(
    const struct role *role, const char *below, uint64_t *login);

/* Notes the former, which has been asked with those credentials: of others that
 * have come meanwhile it says nothing. */
void role_note_arn(const struct role *role, const char *below,
    const struct credential *by, const char *arn);

/* Credentials have come or gone. */
void roles_changed(struct roles *r);

/* Frees one that is in no table and that nobody holds. */
void role_free(struct role *role);

#endif
