#ifndef MAIRU_BASE_CORE_SECRET_H
#define MAIRU_BASE_CORE_SECRET_H

/*
 * One locked memory region that holds every secret of the broker.  A secret has
 * its own type, so nothing prints or compares it by accident, and is wiped when
 * freed.  The region is excluded from children (MADV_DONTFORK) and core dumps,
 * and has guard pages at both ends.  Locking is tried once: slab_locked() says
 * whether it worked.
 */

#include <stddef.h>

#include "base/core/err.h"

struct slab;
struct secret;

/* bytes is rounded up to whole pages. */
int slab_new(struct slab **slab, size_t bytes, struct err *e) MUST_CHECK;

/* The same in memory that not even the kernel or root can read (memfd_secret),
 * if supported and there is room; else like slab_new().  Linux refuses to
 * hibernate while it exists. */
int slab_new_hidden(struct slab **slab, size_t bytes, struct err *e) MUST_CHECK;
int slab_hidden(const struct slab *slab);

/* Wipes everything, and invalidates remaining secrets. */
void slab_free(struct slab *slab);
int slab_locked(const struct slab *slab);

/* Copies len bytes in (the caller wipes its own copy).  ERR_NOMEM when the
 * region is full. */
int secret_new(
    struct secret **s, struct slab *slab, const void *p, size_t len) MUST_CHECK;
void secret_free(struct secret *s);

/* Generates `bytes` random bytes (at most SECRET_DRAW), stored as unpadded
 * base64url text. */
#define SECRET_DRAW 64
int secret_draw(struct secret **s, struct slab *slab, size_t bytes) MUST_CHECK;

/* The bytes, borrowed from s, followed by a NUL that is not counted. */
const void *secret_bytes(const struct secret *s);
size_t secret_len(const struct secret *s);

/* 1 if s is exactly these bytes; the time depends on len alone. */
int secret_is(const struct secret *s, const void *p, size_t len);

#endif
