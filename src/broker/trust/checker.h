#ifndef MAIRU_BROKER_TRUST_CHECKER_H
#define MAIRU_BROKER_TRUST_CHECKER_H

/*
 * Checks, at every use of a grant, whether its project is still trusted,
 * without ever blocking on a file system: a child process looks, and is killed
 * and replaced if it hangs on a dead mount.
 *
 *  - An answer MUST come from a look that began after its question was asked.
 *    Questions about a project that arrive during a look at it share the next
 *    look.
 *  - Every question MUST be answered in bounded time, with CHECK_LATE if need
 *    be.
 *  - The child MUST hold no secret.
 */

#include <stdint.h>
#include <sys/queue.h>

#include "base/config/project.h"
#include "base/core/err.h"
#include "broker/trust/check.h"
#include "net/runtime/loop.h"
#include "net/runtime/waits.h"

struct checker;
struct log;
struct health;

struct check_wait {
	struct wait wait; /* the checker's */
	/* text is "" or a message for a person, borrowed for the call.  Must
	 * not forget the check. */
	void (*fn)(void *arg, enum check_verdict verdict, const char *text);
	void *arg;
};

/* The subject of a check, embedded in its owner. */
struct check {
	struct project_ref what; /* borrowed until checker_forget() */
	/* If set, asks what is trusted at what.config, ignoring the rest of
	 * `what`; called before the waiters, with a project borrowed for the
	 * call. */
	void (*found)(void *arg, const struct project_ref *p);
	/* Called after the waiters, once per look; may forget the check. */
	void (*settled)(void *arg, enum check_verdict verdict);
	void *arg;
	/* the checker's: */
	struct waits sent_waits, queued_waits;
	TAILQ_ENTRY(check) entry;
	int64_t queued_at;
	int sent, queued;
};

/* exe NULL is this very program.  It is started on demand, as `exe --check`
 * with descriptor 3. */
int checker_new(struct checker **c, struct loop *loop, struct log *log,
    struct health *problems, const char *exe) MUST_CHECK;
void checker_free(struct checker *c);

/* Starts the child if there is none, so that the first question is quick. */
void checker_warm(struct checker *c);

/* Calls w->fn from the loop, exactly once unless w leaves. */
void checker_ask(struct checker *c, struct check *k, struct check_wait *w);

/* Answers all waiters with CHECK_GONE, at once. */
void checker_forget(struct checker *c, struct check *k);

/* Reaps our children; call on SIGCHLD. */
void checker_reap(struct checker *c);

/* The pid of the child, or 0. */
long checker_pid(const struct checker *c);

#endif
