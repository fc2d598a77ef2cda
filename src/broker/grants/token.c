#include "broker/grants/token.h"

#include <string.h>

#include "base/core/bytes.h"
#include "base/core/hash.h"

/* Domain separation: neither can pass for the other. */
static const char for_grant[] = "mairu grant", for_path[] = "mairu path";

enum {
	TAIL = TOKEN_TAG + TOKEN_PATH,
};

static void tag_path(const unsigned char key[TOKEN_KEY], const char *path,
    unsigned char tag[TOKEN_TAG])
{
	const struct hash_part parts[] = {
	    {for_path, sizeof(for_path)},
	    {path, strlen(path)},
	};
	unsigned char mac[HASH_SHA256];

	hash_hmac(key, TOKEN_KEY, parts, 2, mac);
	memcpy(tag, mac, TOKEN_TAG);
	bytes_wipe(mac, sizeof(mac));
}

void token_make(const unsigned char key[TOKEN_KEY], const struct project_ref *p,
    unsigned char token[TOKEN_BYTES])
{
	/* Each string's NUL separates it from the next. */
	const struct hash_part parts[] = {
	    {for_grant, sizeof(for_grant)},
	    {p->digest, HASH_SHA384},
	    {p->config, strlen(p->config) + 1},
	    {p->server, strlen(p->server) + 1},
	    {p->role, strlen(p->role) + 1},
	    {p->chain, strlen(p->chain) + 1},
	};

	hash_hmac(
	    key, TOKEN_KEY, parts, sizeof(parts) / sizeof(parts[0]), token);
	tag_path(key, p->config, token + TOKEN_MAC);
}

static void encode(const void *p, size_t len, struct buf *out)
{
	char text[BYTES_ENCODED(TAIL)];
	size_t n = bytes_encode(BYTES_BASE64URL, p, len, text, sizeof(text));

	buf_add(out, text, n);
	bytes_wipe(text, sizeof(text));
}

void token_text(
    const unsigned char token[TOKEN_BYTES], const char *config, struct buf *out)
{
	unsigned char tail[TAIL];
	size_t n = strlen(config);

	encode(token, TOKEN_MAC, out);
	if (n == 0 || n > TOKEN_PATH)
		return;
	memcpy(tail, token + TOKEN_MAC, TOKEN_TAG);
	/* NOLINTNEXTLINE(bugprone-not-null-terminated-result): no string */
	memcpy(tail + TOKEN_TAG, config, n);
	buf_addc(out, '.');
	encode(tail, TOKEN_TAG + n, out);
	bytes_wipe(tail, sizeof(tail));
}

int token_path(const unsigned char key[TOKEN_KEY], const char *text,
    char path[TOKEN_PATH + 1])
{
	unsigned char tail[TAIL], tag[TOKEN_TAG];
	size_t n;
	int is;

	if (strnlen(text, BEARER_MAC + 1) <= BEARER_MAC ||
	    text[BEARER_MAC] != '.')
		return 0;
	text += BEARER_MAC + 1;
	if (bytes_decode(BYTES_BASE64URL, text, strlen(text), tail,
		sizeof(tail), &n) < 0 ||
	    n <= TOKEN_TAG || memchr(tail + TOKEN_TAG, '\0', n - TOKEN_TAG))
		return 0;
	n -= TOKEN_TAG;
	memcpy(path, tail + TOKEN_TAG, n);
	path[n] = '\0';
	tag_path(key, path, tag);
	is = bytes_equal(tag, tail, TOKEN_TAG) && path[0] == '/';
	bytes_wipe(tag, sizeof(tag));
	return is;
}
