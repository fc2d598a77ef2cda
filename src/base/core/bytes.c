#include "base/core/bytes.h"

#include <errno.h>
#include <sodium.h>
#include <sys/mman.h>

/* libsodium draws from getrandom(2) and picks no implementation by CPU in the
 * functions used here, which is why none of them needs sodium_init(). */

static int variant(enum bytes_base64 kind)
{
	return kind == BYTES_BASE64 ? sodium_base64_VARIANT_ORIGINAL
				    : sodium_base64_VARIANT_URLSAFE_NO_PADDING;
}

void bytes_wipe(void *p, size_t len)
{
	if (len)
		sodium_memzero(p, len);
}

int bytes_equal(const void *a, const void *b, size_t len)
{
	return len == 0 || sodium_memcmp(a, b, len) == 0;
}

void bytes_random(void *p, size_t len)
{
	randombytes_buf(p, len);
}

size_t bytes_encode(
    enum bytes_base64 kind, const void *p, size_t len, char *out, size_t cap)
{
	int v = variant(kind);

	(void)sodium_bin2base64(out, cap, p, len, v);
	return sodium_base64_encoded_len(len, v) - 1;
}

int bytes_decode(enum bytes_base64 kind, const char *text, size_t text_len,
    void *out, size_t cap, size_t *len)
{
	size_t chars = text_len, got = 0;

	/* Checked here: libsodium's errno does not tell a small buffer from
	 * missing padding. */
	while (chars && text_len - chars < 2 && text[chars - 1] == '=')
		chars--;
	if (chars / 4 * 3 + chars % 4 * 3 / 4 > cap)
		return ERR_LIMIT;
	if (sodium_base642bin(
		out, cap, text, text_len, NULL, &got, NULL, variant(kind))) {
		bytes_wipe(out, cap);
		return ERR_FORMAT;
	}
	*len = got;
	return 0;
}

int bytes_lock(void *p, size_t len)
{
	int rc = 0, why = 0;

#ifdef MADV_DONTDUMP
	if (madvise(p, len, MADV_DONTDUMP)) {
		rc = -1;
		why = errno;
	}
#endif
	if (mlock(p, len)) {
		rc = -1;
		why = errno;
	}
	if (rc)
		errno = why;
	return rc;
}
