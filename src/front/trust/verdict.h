#ifndef MAIRU_FRONT_TRUST_VERDICT_H
#define MAIRU_FRONT_TRUST_VERDICT_H

/*
 * What there is to say about the config of a directory, before any broker is
 * asked: nothing there, not to be used and why, or good.
 */

#include "base/config/project.h"
#include "base/config/trust.h"
#include "base/core/buf.h"
#include "base/core/err.h"

enum verdict_kind {
	VERDICT_NONE,	/* there is no config */
	VERDICT_BAD,	/* there is one that can't be used */
	VERDICT_DENIED, /* its user does not want it */
	VERDICT_ASK,	/* not (or no longer) allowed */
	VERDICT_GOOD,
};

struct verdict {
	enum verdict_kind kind;
	enum trust_verdict trust; /* of ASK, DENIED and GOOD */
	struct buf why; /* of BAD, ASK and DENIED, and of NONE where it could
			   not be looked for: a sentence */
	size_t run; /* where in it the command begins, after ERR_RUN, or 0 */
	const char *key; /* of TRUST_NARROWER: which was not shown */
	int homeless;	 /* BAD for want of a HOME: nothing for a prompt */
	struct project project; /* parsed in ASK, DENIED and GOOD */
};

/* Looks at the working directory.  Never fails: what goes wrong is BAD. */
void verdict_here(struct verdict *v);

/* The same for exactly this file, an absolute path. */
void verdict_at(struct verdict *v, const char *path);

/* The same for the config that project_find_at() finds there. */
void verdict_near(struct verdict *v, const char *where);

/* The same in two steps, for who may know the verdict without the second.
 * verdict_find() returns what project_find() does, for verdict_judge(). */
int verdict_find(struct verdict *v, struct err *e);
void verdict_judge(struct verdict *v, int found, struct err *e);
void verdict_release(struct verdict *v);

/* Appends why one is ASK: "is not trusted", "has changed since ..." */
void verdict_what(const struct verdict *v, struct buf *out);

#endif
