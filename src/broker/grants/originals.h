#ifndef MAIRU_BROKER_GRANTS_ORIGINALS_H
#define MAIRU_BROKER_GRANTS_ORIGINALS_H

/*
 * The secrets that a user's shell had before a project's role took their
 * place, kept until the shell leaves the project.  They lie in the slab, and
 * a shell holds no more than a handle to them.
 *
 * Each is held by processes: the shell that gave it, and those that have
 * inherited the handle and say so.  It MUST be dropped when the last of them
 * has ended, or has got it back.
 *
 * A handle tells nothing about its contents: it is their hash under a key
 * that only this broker knows.  So equal contents have one handle and lie
 * here once, however many shells there are.
 */

#include <stddef.h>
#include <sys/types.h>

#include "base/core/err.h"
#include "base/core/secret.h"

enum {
	ORIGINALS_HANDLE = 16,
	ORIGINALS_MAX = 256,		 /* the one unused for longest goes */
	ORIGINALS_MAX_BYTES = 16 * 1024, /* of one */
	ORIGINALS_MAX_TOTAL = 512 * 1024,
	ORIGINALS_MAX_HOLDERS = 512, /* of all together */
};

struct loop;
struct originals;

int originals_new(
    struct originals **s, struct loop *loop, struct slab *slab) MUST_CHECK;
void originals_free(struct originals *s);

/* Drops all of them. */
void originals_clear(struct originals *s);

/* Keeps these bytes while the holder has them: a process of the user's own
 * (ERR_FOREIGN, or ERR_NOT_FOUND when it has ended).  ERR_LIMIT when there are
 * too many, ERR_NOMEM. */
int originals_put(struct originals *s, const void *p, size_t len, pid_t holder,
    unsigned char handle[ORIGINALS_HANDLE], struct err *e) MUST_CHECK;

/* One more that has them; the same errors, and ERR_NOT_FOUND also when they
 * are not there any more. */
int originals_hold(struct originals *s,
    const unsigned char handle[ORIGINALS_HANDLE], pid_t holder,
    struct err *e) MUST_CHECK;

/* That one does not need them any more. */
void originals_drop(struct originals *s,
    const unsigned char handle[ORIGINALS_HANDLE], pid_t holder);

/* The bytes, borrowed until the next originals_put(); ERR_NOT_FOUND. */
int originals_get(struct originals *s,
    const unsigned char handle[ORIGINALS_HANDLE], const void **p, size_t *len,
    struct err *e) MUST_CHECK;

#endif
