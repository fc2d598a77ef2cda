#ifndef MAIRU_FRONT_TRUST_VERDICT_H
#define MAIRU_FRONT_TRUST_VERDICT_H

/*
 * The status of a directory's config, before any broker is asked: none,
 * unusable and why, or good.
 */

#include "base/config/project.h"
#include "base/config/trust.h"
#include "base/core/buf.h"
#include "base/core/err.h"

enum verdict_kind {
	VERDICT_NONE,	/* there is no config */
	VERDICT_BAD,	/* there is one, but it can't be used */
	VERDICT_DENIED, /* the user has denied it */
	VERDICT_ASK,	/* not allowed, or no longer */
	VERDICT_GOOD,
};

struct verdict {
	enum verdict_kind kind;
	enum trust_verdict trust; /* for ASK, DENIED and GOOD */
	struct buf why; /* a sentence, for BAD, ASK and DENIED, and for NONE if
			   the search failed */
	size_t run; /* where the command begins in `why`, after ERR_RUN, or 0 */
	const char *key; /* for TRUST_NARROWER: the key that was not shown */
	int homeless;	 /* BAD because HOME is missing: not for a prompt */
	struct project project; /* parsed in ASK, DENIED and GOOD */
};

/* For the working directory.  Never fails: errors are BAD. */
void verdict_here(struct verdict *v);

/* The same for exactly this file, an absolute path. */
void verdict_at(struct verdict *v, const char *path);

/* The same for the config that project_find_at() finds there. */
void verdict_near(struct verdict *v, const char *where);

/* The same in two steps, for callers that may not need the second.
 * verdict_find() returns what project_find() does, to pass to verdict_judge().
 */
int verdict_find(struct verdict *v, struct err *e);
void verdict_judge(struct verdict *v, int found, struct err *e);
void verdict_release(struct verdict *v);

/* Appends why it is ASK: "is not trusted", "has changed since ..." */
void verdict_what(const struct verdict *v, struct buf *out);

#endif
