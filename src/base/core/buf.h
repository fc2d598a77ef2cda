#ifndef MAIRU_BASE_CORE_BUF_H
#define MAIRU_BASE_CORE_BUF_H

/*
 * A byte buffer with a mandatory maximum that wipes all memory it gives up.
 *
 * Invariants: len <= cap <= max; data is NULL only while cap is 0.  It grows by
 * allocating a new block and wiping the old one, never with realloc.  The first
 * append that does not fit (or runs out of memory) sets `failed` and appends
 * nothing; later appends are no-ops, so a series of appends needs one check.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/core/err.h"

struct buf {
	unsigned char *data;
	size_t len, cap, max;
	int failed;
};

#define BUF_INIT(maximum)                                                      \
	{                                                                      \
		.max = (maximum)                                               \
	}

void buf_init(struct buf *b, size_t max);

/* Wipes and frees the contents; the buffer is then as after buf_init(). */
void buf_release(struct buf *b);

/* Wipes the contents and clears `failed`; keeps the block. */
void buf_clear(struct buf *b);

void buf_add(struct buf *b, const void *data, size_t len);
void buf_adds(struct buf *b, const char *str);
void buf_addc(struct buf *b, char c);
void buf_addf(struct buf *b, const char *fmt, ...) PRINTF(2, 3);

/* Makes room for len bytes and returns where they go, or NULL once failed;
 * buf_commit() says how many of them were written. */
unsigned char *buf_reserve(struct buf *b, size_t len);
void buf_commit(struct buf *b, size_t len);

/* Drops up to len bytes from the front, wiping what is freed. */
void buf_consume(struct buf *b, size_t len);

/* Cuts to len bytes, wiping the rest; no effect if len is larger. */
void buf_truncate(struct buf *b, size_t len);

/* The contents plus a NUL that is not counted, borrowed until the next change;
 * "" when empty or failed.  Not for contents with NULs. */
const char *buf_str(struct buf *b);

#endif
