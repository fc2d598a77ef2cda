#ifndef MAIRU_BROKER_STASH_H
#define MAIRU_BROKER_STASH_H

/*
 * The secrets that a user's shell had before a project's role took their
 * place, kept until the shell leaves the project.  They lie in the slab, and
 * a shell holds no more than a handle to them.
 *
 * A handle tells nothing about its contents: it is their hash under a key
 * that only this broker knows.  So equal contents have one handle and lie
 * here once, however many shells there are.
 */

#include <stddef.h>

#include "base/err.h"
#include "base/slab.h"

enum {
	STASH_HANDLE = 16,
	STASH_MAX = 256,	     /* the one unused for longest goes */
	STASH_MAX_BYTES = 16 * 1024, /* of one */
	STASH_MAX_TOTAL = 512 * 1024,
};

struct stash;

int stash_new(struct stash **s, struct slab *slab) MUST_CHECK;
void stash_free(struct stash *s);

/* Keeps these bytes.  ERR_LIMIT when there are too many, ERR_NOMEM. */
int stash_put(struct stash *s, const void *p, size_t len,
    unsigned char handle[STASH_HANDLE], struct err *e) MUST_CHECK;

/* The bytes, borrowed until the next stash_put(); ERR_NOT_FOUND. */
int stash_get(struct stash *s, const unsigned char handle[STASH_HANDLE],
    const void **p, size_t *len, struct err *e) MUST_CHECK;

#endif
