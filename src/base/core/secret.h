#ifndef MAIRU_BASE_CORE_SECRET_H
#define MAIRU_BASE_CORE_SECRET_H

/*
 * One locked, undumpable region of memory in which every secret of the broker
 * lives.  A secret is its own type, so that nothing prints or compares it by
 * accident; it is wiped when it is freed.  The region is kept out of children
 * (MADV_DONTFORK) and of cores, has guard pages at both ends, and its lock is
 * tried once: slab_locked() says whether it held.
 */

#include <stddef.h>

#include "base/core/err.h"

struct slab;
struct secret;

/* bytes is rounded up to whole pages. */
int slab_new(struct slab **slab, size_t bytes, struct err *e) MUST_CHECK;

/* The same in memory that neither the kernel nor root reads for anybody
 * (memfd_secret), where there is such a thing and room for it; else as
 * slab_new().  While it is there Linux refuses to hibernate. */
int slab_new_hidden(struct slab **slab, size_t bytes, struct err *e) MUST_CHECK;
int slab_hidden(const struct slab *slab);

/* Wipes everything; secrets that are still held are invalid afterwards. */
void slab_free(struct slab *slab);
int slab_locked(const struct slab *slab);

/* Copies len bytes in (the caller wipes its own copy).  ERR_NOMEM when the
 * region is full. */
int secret_new(
    struct secret **s, struct slab *slab, const void *p, size_t len) MUST_CHECK;
void secret_free(struct secret *s);

/* Draws bytes (at most SECRET_DRAW) at random and keeps them as unpadded
 * base64url text. */
#define SECRET_DRAW 64
int secret_draw(struct secret **s, struct slab *slab, size_t bytes) MUST_CHECK;

/* The bytes, borrowed while s lives, followed by a NUL that is not counted. */
const void *secret_bytes(const struct secret *s);
size_t secret_len(const struct secret *s);

/* 1 when s is exactly these bytes; time depends on len alone. */
int secret_is(const struct secret *s, const void *p, size_t len);

#endif
