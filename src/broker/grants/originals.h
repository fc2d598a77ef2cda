#ifndef MAIRU_BROKER_GRANTS_ORIGINALS_H
#define MAIRU_BROKER_GRANTS_ORIGINALS_H

/*
 * The secrets that a user's shell had before a project's role replaced them,
 * kept until the shell leaves the project.  They are in the slab; the shell
 * holds only a handle.
 *
 * Each is held by processes: the shell that stored it, and those that inherited
 * the handle and say so.  It MUST be dropped when the last of them has ended,
 * or has got it back.
 *
 * A handle reveals nothing about its contents: it is their hash under a key
 * that only this broker knows.  So equal contents share one handle and are
 * stored once, however many shells there are.
 */

#include <stddef.h>
#include <sys/types.h>

#include "base/core/err.h"
#include "base/core/secret.h"

enum {
	ORIGINALS_HANDLE = 16,
	ORIGINALS_MAX = 256,		 /* least recently used is evicted */
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

/* Keeps these bytes for the holder, which must be one of the user's processes
 * (ERR_FOREIGN; ERR_NOT_FOUND if it has ended).  ERR_LIMIT if there are too
 * many, ERR_NOMEM. */
int originals_put(struct originals *s, const void *p, size_t len, pid_t holder,
    unsigned char handle[ORIGINALS_HANDLE], struct err *e) MUST_CHECK;

/* Adds a holder; the same errors, and ERR_NOT_FOUND also if they are gone. */
int originals_hold(struct originals *s,
    const unsigned char handle[ORIGINALS_HANDLE], pid_t holder,
    struct err *e) MUST_CHECK;

/* Removes a holder. */
void originals_drop(struct originals *s,
    const unsigned char handle[ORIGINALS_HANDLE], pid_t holder);

/* The bytes, borrowed until the next originals_put(); ERR_NOT_FOUND. */
int originals_get(struct originals *s,
    const unsigned char handle[ORIGINALS_HANDLE], const void **p, size_t *len,
    struct err *e) MUST_CHECK;

#endif
