#ifndef MAIRU_BASE_CORE_HASH_H
#define MAIRU_BASE_CORE_HASH_H

/*
 * SHA-256, SHA-384 and HMAC over BearSSL, which only this module names.  All
 * take a message as a list of parts, so callers need not concatenate.
 */

#include <stddef.h>

#define HASH_SHA256 32
#define HASH_SHA384 48

struct hash_part {
	const void *data;
	size_t len;
};

void hash_sha256(
    const struct hash_part *parts, size_t n, unsigned char out[HASH_SHA256]);
void hash_sha384(
    const struct hash_part *parts, size_t n, unsigned char out[HASH_SHA384]);

/* HMAC-SHA-256 (RFC 2104); wipes all traces of the key. */
void hash_hmac(const void *key, size_t key_len, const struct hash_part *parts,
    size_t n, unsigned char out[HASH_SHA256]);

#endif
