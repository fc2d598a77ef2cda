#ifndef MAIRU_BASE_CONFIG_TRUST_H
#define MAIRU_BASE_CONFIG_TRUST_H

/*
 * The trust store: which bytes, at which path, their user has allowed.
 *
 * A reader MUST refuse a store or a file that is someone else's or that
 * others can write, MUST compare path and digest of the file as it is now,
 * and MUST treat everything that it does not understand as "not trusted".
 * Files and names are those of Mairu 0.12, byte for byte.
 */

#include <limits.h>

#include "base/config/project.h"
#include "base/core/err.h"
#include "base/core/jsonout.h"

enum trust_verdict {
	TRUST_ALLOWED,
	TRUST_UNKNOWN,	/* never allowed */
	TRUST_CHANGED,	/* other bytes were allowed */
	TRUST_NARROWER, /* allowed by a program that did not show a key of it */
	TRUST_DENIED,
};

/* Where the verdict on p->path is kept. */
int trust_file(
    const char *project_path, char out[PATH_MAX], struct err *e) MUST_CHECK;

/* The verdict on a project that was read and parsed.  On an error the project
 * is not trusted; the message says what to mend (ERR_NOT_FOUND: there is
 * neither HOME nor XDG_STATE_HOME to keep a verdict under).  For TRUST_NARROWER
 * *key (may be NULL) names the first key that was not shown, borrowed from
 * static storage.  ERR_REFUSED also for a path that is not UTF-8: no file of
 * the store can hold it.  Tightens a store that is ours but too open. */
int trust_check(const struct project *p, enum trust_verdict *verdict,
    const char **key, struct err *e) MUST_CHECK;

/* The verdict that the bytes of the trust file of p->path give: the part of
 * trust_check() that touches no disk. */
int trust_judge(const struct buf *record, const struct project *p,
    enum trust_verdict *verdict, const char **key, struct err *e) MUST_CHECK;

/* Records a verdict: allow != 0 trusts p->digest at p->path, 0 denies.  A
 * denial needs only path and bytes, a trust a parsed project.  ERR_REFUSED as
 * trust_check() has it. */
int trust_record(const struct project *p, int allow, struct err *e) MUST_CHECK;

/* Writes what a parsed project says as the object that a record's "content"
 * and `mairu show` have. */
void trust_content(struct jsonout *o, const struct project *p);

/* 1 when a denial of this path is on record (its bytes do not matter), 0 when
 * not, or a negative code. */
int trust_denied(const char *project_path, struct err *e) MUST_CHECK;

#endif
