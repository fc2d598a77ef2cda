#ifndef MAIRU_BASE_CORE_BYTES_H
#define MAIRU_BASE_CORE_BYTES_H

/*
 * Wiping, comparing, drawing, encoding and locking bytes: everything that
 * libsodium does for us, and the only file that names it.  Nothing here needs
 * sodium_init(), which would cost the prompt a millisecond.
 */

#include <stddef.h>

#include "base/core/err.h"

/* Overwrites len bytes in a way that no compiler removes. */
void bytes_wipe(void *p, size_t len);

/* 1 when equal, in time that depends on len alone. */
int bytes_equal(const void *a, const void *b, size_t len);

/* Fills p from the kernel's generator. */
void bytes_random(void *p, size_t len);

enum bytes_base64 {
	BYTES_BASE64,	 /* the standard alphabet, padded */
	BYTES_BASE64URL, /* the URL alphabet, unpadded */
};

/* Room that bytes_encode() needs for len bytes, its NUL included. */
#define BYTES_ENCODED(len) (((len) + 2) / 3 * 4 + 1)

/* Encodes len bytes into out, NUL-terminated; returns the length of the text.
 * cap must be at least BYTES_ENCODED(len). */
size_t bytes_encode(
    enum bytes_base64 kind, const void *p, size_t len, char *out, size_t cap);

/* Decodes text into out and stores the length.  Refuses (ERR_FORMAT) foreign
 * characters, wrong padding, white space and stray bits; ERR_LIMIT when cap
 * bytes do not hold it. */
int bytes_decode(enum bytes_base64 kind, const char *text, size_t text_len,
    void *out, size_t cap, size_t *len) MUST_CHECK;

/* Locks len bytes at p into memory and keeps them out of cores.
 * 0, or -1 with errno set: the memory is usable all the same. */
int bytes_lock(void *p, size_t len) MUST_CHECK;

#endif
