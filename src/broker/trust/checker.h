#ifndef MAIRU_BROKER_TRUST_CHECKER_H
#define MAIRU_BROKER_TRUST_CHECKER_H

/*
 * Asks, at every use of a grant, whether its project is still trusted,
 * without ever waiting for a file system: a child process looks, and one that
 * hangs on a dead mount is killed and replaced.
 *
 *  - An answer MUST come from a look that began after its question was asked.
 *    Questions about one project that come while one is being looked at share
 *    the next look.
 *  - Every question MUST be answered in bounded time, by CHECK_LATE if need
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

/* What is asked about, a part of its owner. */
struct check {
	struct project_ref what; /* borrowed until checker_forget() */
	/* Where it is set this asks what is trusted at what.config, whatever
	 * else stands in what; called before those who wait are, with
	 * something borrowed for the call. */
	void (*found)(void *arg, const struct project_ref *p);
	/* Called after those who waited, once per look; may forget. */
	void (*settled)(void *arg, enum check_verdict verdict);
	void *arg;
	/* the checker's: */
	struct waits sent_waits, queued_waits;
	TAILQ_ENTRY(check) entry;
	int64_t queued_at;
	int sent, queued;
};

/* exe NULL is this very program.  It is started, when there is something to
 * ask, as `exe --check` with descriptor 3. */
int checker_new(struct checker **c, struct loop *loop, struct log *log,
    struct health *problems, const char *exe) MUST_CHECK;
void checker_free(struct checker *c);

/* Starts the child if there is none, so that the first question finds it. */
void checker_warm(struct checker *c);

/* Calls w->fn from the loop, exactly once unless w leaves. */
void checker_ask(struct checker *c, struct check *k, struct check_wait *w);

/* Answers whoever waits with CHECK_GONE, at once. */
void checker_forget(struct checker *c, struct check *k);

/* A child of the process has ended: collects those that were ours. */
void checker_reap(struct checker *c);

/* The pid of the child, 0 when there is none. */
long checker_pid(const struct checker *c);

#endif
