#ifndef MAIRU_BASE_CORE_BYTES_H
#define MAIRU_BASE_CORE_BYTES_H

/*
 * Wiping, comparing, generating, encoding and locking bytes: all our uses of
 * libsodium, which only this module names.  Nothing here needs sodium_init(),
 * which would cost the prompt a millisecond.
 */

#include <stddef.h>

#include "base/core/err.h"

/* Overwrites len bytes; the compiler can't optimize it away. */
void bytes_wipe(void *p, size_t len);

/* 1 if equal; constant time for a given len. */
int bytes_equal(const void *a, const void *b, size_t len);

/* Fills p from the kernel's random generator. */
void bytes_random(void *p, size_t len);

enum bytes_base64 {
	BYTES_BASE64,	 /* the standard alphabet, padded */
	BYTES_BASE64URL, /* the URL alphabet, unpadded */
};

/* The size bytes_encode() needs for len bytes, with the NUL. */
#define BYTES_ENCODED(len) (((len) + 2) / 3 * 4 + 1)

/* Encodes len bytes into out, NUL-terminated; returns the text's length.  cap
 * must be at least BYTES_ENCODED(len). */
size_t bytes_encode(
    enum bytes_base64 kind, const void *p, size_t len, char *out, size_t cap);

/* Decodes text into out and stores the length.  ERR_FORMAT for foreign
 * characters, wrong padding, white space and stray bits; ERR_LIMIT when it
 * exceeds cap. */
int bytes_decode(enum bytes_base64 kind, const char *text, size_t text_len,
    void *out, size_t cap, size_t *len) MUST_CHECK;

/* Locks len bytes at p into memory and excludes them from core dumps.  On -1
 * (errno is set) the memory is still usable. */
int bytes_lock(void *p, size_t len) MUST_CHECK;

#endif
