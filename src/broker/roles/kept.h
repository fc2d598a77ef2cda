#ifndef MAIRU_BROKER_ROLES_KEPT_H
#define MAIRU_BROKER_ROLES_KEPT_H

/*
 * Roles, one module in four files: roles.c keeps them, fetch.c fetches a role's
 * credentials, through chain.c if another role assumes it, and renew.c keeps
 * them fresh.
 *
 * Callbacks may reenter and change anything: ask, cancel, forget.  So a role is
 * held (held != 0) while its waiters are called, and one forgotten meanwhile
 * (gone) is freed by its holder.
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
	ROLES_DENIED = 10 * 1000,  /* ms to remember a refusal */
	ROLES_REFUSED = 60 * 1000, /* ms until a refused renewal is retried */
};

struct role {
	struct roles *all;
	unsigned char key[HASH_SHA256]; /* of identity, role and chain */
	unsigned char identity[HASH_SHA256];
	const char *id; /* of the server, for messages */
	const char *name;
	struct credential c;
	uint64_t c_login; /* session_login_serial() that it was fetched with */
	uint64_t c_clock; /* roles->clock at that time */
	/* At most one of these is in progress (role_busy()): first the session,
	 * then the call with its token. */
	struct session_wait session;
	struct throttle_call *call;
	uint64_t call_serial, call_login; /* of the token it was made with */
	int fresh;   /* the call that begins must not use cached credentials */
	int retried; /* the server has refused one token already */
	struct err *at_once;	  /* for a failure before the ask returns */
	struct role_chain *chain; /* NULL for a role of the server itself */
	char *arn;		  /* identity of the credentials, if known */
	struct waits waits;
	struct backoff trouble;
	int64_t renew_from; /* monotonic */
	int never_cached;   /* the server said so */
	int64_t used;	    /* monotonic, as the next */
	int64_t got;	    /* when c was fetched */
	unsigned held;
	int gone;
	TAILQ_ENTRY(role) use; /* most recent first */
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
	uint64_t clock;	   /* number of clock changes and suspends */
	int64_t sts_ahead; /* seconds that the STS clock is ahead */
	size_t n;
	struct role_list use;
	struct role_bucket by_key[ROLES_BUCKETS];
};

/* --- fetch.c */

/* 1 while credentials are being fetched. */
int role_busy(const struct role *role);

/* 1 while a call with credentials or a token is in progress. */
int role_is_called(const struct role *role);

/* Starts a call for its credentials unless one is in progress, after renewing
 * its session if necessary.  Remembers an error where appropriate.  If no call
 * is needed, the result is delivered before this returns. */
int role_call(struct role *role, const struct catalog_entry *server,
    struct err *e) MUST_CHECK;

/* Releases a held role (undoes held++); frees it if it is gone. */
void role_let_go(struct role *role);

/* Cancels whatever is in progress, silently. */
void role_hang_up(struct role *role);

/* Cancels the call in progress, and starts another for the waiters. */
void role_restart(struct role *role, const struct catalog_entry *server);

/* Calls all waiters, but none added meanwhile. */
void role_tell(struct role *role, struct waits *waits,
    const struct credential *c, const struct err *e, int64_t retry_after);

/* The end of a call: with an error and the server's retry delay (-1: not
 * given), or with credentials and their identity, if known. */
void role_failed(struct role *role, const struct err *why, int64_t retry_after);
void role_got(struct role *role, struct credential *take_c, char *take_arn);

/* Forgets past failures. */
void role_forgive(struct role *role);

/* "Run: mairu login": ERR_LOGIN. */
int role_no_login(const struct role *role, struct err *e);

/* --- chain.c */

/* From a chain_text() that is not "".  ERR_FORMAT, ERR_NOMEM. */
int role_chain_new(
    struct role_chain **c, const char *text, struct err *e) MUST_CHECK;
void role_chain_free(struct role_chain *c); /* safe on NULL */
int role_chain_busy(const struct role_chain *c);
int role_chain_is_called(const struct role_chain *c);
void role_chain_hang_up(struct role_chain *c);

/* Starts the calls; a failure before this returns goes to role->at_once. */
void role_chain_call(struct role *role);

/* --- renew.c */

/* 1 while it is to be renewed ahead. */
int role_in_use(const struct role *role);

/* Notes a use, which counts for an hour. */
void role_used(struct role *role);

/* Starts a background renewal if due: users of the old credentials are not told
 * of a failure. */
void role_renew(struct role *role);

/* Sets the timer for the next event. */
void roles_schedule(struct roles *r);

/* The timer: renews and wipes. */
void roles_turn(void *arg);

/* After a suspend or a clock change, has everything rechecked (in the next
 * round, since results are borrowed for this one). */
void roles_notice_jump(struct roles *r);

/* --- roles.c */

/* 1 while its credentials may be given out: they are valid, with a known
 * expiry.  The expiry is unknown once the clock that it was corrected by has
 * been changed. */
int role_valid(const struct role *role);

/* Wipes any credentials; 1 if there were some. */
int role_wipe(struct role *role);

/* The identity of the role that this one is assumed from, if known, and the
 * login its credentials came with. */
const char *role_arn_below(
    const struct role *role, const char *below, uint64_t *login);

/* Records that identity, which was asked with credentials `by`; ignored if they
 * have been replaced meanwhile. */
void role_note_arn(const struct role *role, const char *below,
    const struct credential *by, const char *arn);

/* Call when credentials were added or removed. */
void roles_changed(struct roles *r);

/* Frees one that is in no table and not held. */
void role_free(struct role *role);

#endif
