#include "base/core/hash.h"

#include <bearssl.h>

#include "base/core/bytes.h"

void hash_sha256(
    const struct hash_part *parts, size_t n, unsigned char out[HASH_SHA256])
{
	br_sha256_context ctx;

	br_sha256_init(&ctx);
	for (size_t i = 0; i < n; i++)
		br_sha256_update(&ctx, parts[i].data, parts[i].len);
	br_sha256_out(&ctx, out);
	bytes_wipe(&ctx, sizeof(ctx));
}

void hash_sha384(
    const struct hash_part *parts, size_t n, unsigned char out[HASH_SHA384])
{
	br_sha384_context ctx;

	br_sha384_init(&ctx);
	for (size_t i = 0; i < n; i++)
		br_sha384_update(&ctx, parts[i].data, parts[i].len);
	br_sha384_out(&ctx, out);
	bytes_wipe(&ctx, sizeof(ctx));
}

void hash_hmac(const void *key, size_t key_len, const struct hash_part *parts,
    size_t n, unsigned char out[HASH_SHA256])
{
	br_hmac_key_context key_ctx;
	br_hmac_context ctx;

	br_hmac_key_init(&key_ctx, &br_sha256_vtable, key, key_len);
	br_hmac_init(&ctx, &key_ctx, 0);
	for (size_t i = 0; i < n; i++)
		br_hmac_update(&ctx, parts[i].data, parts[i].len);
	(void)br_hmac_out(&ctx, out);
	bytes_wipe(&ctx, sizeof(ctx));
	bytes_wipe(&key_ctx, sizeof(key_ctx));
}
