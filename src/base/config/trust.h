#ifndef MAIRU_BASE_CONFIG_TRUST_H
#define MAIRU_BASE_CONFIG_TRUST_H

/*
 * The trust store: which bytes at which path the user has allowed.
 *
 * A reader MUST refuse a store or a file that another user owns or can write,
 * MUST compare path and digest of the file as it is now, and MUST treat
 * anything it does not understand as "not trusted".  Files and names are those
 * of Mairu 0.12, byte for byte.
 */

#include <limits.h>

#include "base/config/project.h"
#include "base/core/err.h"
#include "base/core/jsonout.h"

enum trust_verdict {
	TRUST_ALLOWED,
	TRUST_UNKNOWN,	/* never allowed */
	TRUST_CHANGED,	/* allowed with other contents */
	TRUST_NARROWER, /* allowed by a program that did not show one of its
			   keys */
	TRUST_DENIED,
};

/* The file that holds the verdict on project_path. */
int trust_file(
    const char *project_path, char out[PATH_MAX], struct err *e) MUST_CHECK;

/* The verdict on a project that was read and parsed.  On error the project is
 * not trusted and the message says what to fix (ERR_NOT_FOUND: neither HOME nor
 * XDG_STATE_HOME is set).  For TRUST_NARROWER *key (may be NULL) is the first
 * key that was not shown, a static string.  ERR_REFUSED also for a path that is
 * not UTF-8, which the store can't represent.  Tightens the mode of a store
 * that is ours but too open. */
int trust_check(const struct project *p, enum trust_verdict *verdict,
    const char **key, struct err *e) MUST_CHECK;

/* The verdict according to the bytes of the trust file of p->path: the part of
 * trust_check() without I/O. */
int trust_judge(const struct buf *record, const struct project *p,
    enum trust_verdict *verdict, const char **key, struct err *e) MUST_CHECK;

/* Records a verdict: allow != 0 trusts p->digest at p->path, 0 denies.  Denying
 * needs only path and bytes, trusting a parsed project.  ERR_REFUSED as for
 * trust_check(). */
int trust_record(const struct project *p, int allow, struct err *e) MUST_CHECK;

/* Writes a parsed project as an object, for a record's "content" and for `mairu
 * show`. */
void trust_content(struct jsonout *o, const struct project *p);

/* 1 if this path is denied (whatever its contents), 0 if not, or a negative
 * code. */
int trust_denied(const char *project_path, struct err *e) MUST_CHECK;

#endif
