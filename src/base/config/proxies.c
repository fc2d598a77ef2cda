#include "base/config/proxies.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/core/bytes.h"
#include "base/core/hash.h"
#include "base/sys/file.h"
#include "base/sys/path.h"

enum {
	NAMES = 6,
	PROXIES = 4, /* of them */
	KEEP = 16,   /* answers; travellers use several networks */
	FILE_MAX_BYTES = 4096,
	WORD_MAX = 4 + BYTES_ENCODED(HASH_SHA256),
};

const char *const proxies_names[NAMES + 1] = {"https_proxy", "HTTPS_PROXY",
    "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY", NULL};

int proxies_has(const char *name)
{
	for (int i = 0; i < NAMES; i++)
		if (strcmp(proxies_names[i], name) == 0)
			return 1;
	return 0;
}

const char *proxies_first(void)
{
	for (int i = 0; i < PROXIES; i++) {
		const char *value = getenv(proxies_names[i]);

		if (value != NULL && value[0] != '\0')
			return proxies_names[i];
	}
	return NULL;
}

/* 1 when any is set. */
static int digest(char out[BYTES_ENCODED(HASH_SHA256)])
{
	struct hash_part parts[2 * NAMES];
	unsigned char hash[HASH_SHA256];
	size_t n = 0;

	for (int i = 0; i < NAMES; i++) {
		const char *name = proxies_names[i], *value = getenv(name);

		if (value == NULL)
			continue;
		/* Including NULs, so that the encoding is unambiguous. */
		parts[n++] = (struct hash_part){name, strlen(name) + 1};
		parts[n++] = (struct hash_part){value, strlen(value) + 1};
	}
	hash_sha256(parts, n, hash);
	(void)bytes_encode(BYTES_BASE64URL, hash, sizeof(hash), out,
	    BYTES_ENCODED(HASH_SHA256));
	return n > 0;
}

static int read_words(char path[PATH_MAX], struct buf *words, struct err *e)
{
	int r = path_in(PATH_STATE, "proxies", path, e);

	return r < 0 ? r : file_read_own(path, words, e);
}

enum proxies_word proxies_look(void)
{
	char hash[BYTES_ENCODED(HASH_SHA256)], line[WORD_MAX + 2];
	struct buf words = BUF_INIT(FILE_MAX_BYTES);
	enum proxies_word word = PROXIES_UNSAID;
	char path[PATH_MAX];
	const char *p;

	if (!digest(hash))
		return PROXIES_NONE;
	if (read_words(path, &words, NULL) < 0)
		buf_clear(&words);
	(void)snprintf(line, sizeof(line), " %s\n", hash);
	p = strstr(buf_str(&words), line);
	if (p != NULL && p - buf_str(&words) >= 3 &&
	    strncmp(p - 3, "yes", 3) == 0)
		word = PROXIES_AGREED;
	else if (p != NULL)
		word = PROXIES_REFUSED;
	buf_release(&words);
	return word;
}

int proxies_say(int yes, struct err *e)
{
	struct buf old = BUF_INIT(FILE_MAX_BYTES),
		   now = BUF_INIT(FILE_MAX_BYTES);
	char hash[BYTES_ENCODED(HASH_SHA256)], path[PATH_MAX];
	const char *p;
	int r, n = 1;

	(void)digest(hash);
	r = read_words(path, &old, e);
	/* Start afresh if it is damaged or too large. */
	if (r == ERR_NOT_FOUND || r == ERR_LIMIT)
		buf_clear(&old);
	else if (r < 0)
		return r;
	buf_addf(&now, "%s %s\n", yes ? "yes" : "no", hash);
	for (p = buf_str(&old); *p != '\0' && n < KEEP; n++) {
		size_t len = strcspn(p, "\n");

		if (len < WORD_MAX &&
		    memmem(p, len, hash, strlen(hash)) == NULL) {
			buf_add(&now, p, len);
			buf_addc(&now, '\n');
		}
		p += len + (p[len] == '\n');
	}
	r = now.failed ? err_set(e, ERR_NOMEM, "out of memory")
		       : file_write(path, now.data, now.len, e);
	buf_release(&old);
	buf_release(&now);
	return r;
}

void proxies_forget(void)
{
	for (int i = 0; i < NAMES; i++) {
		char *value = getenv(proxies_names[i]);

		if (value != NULL)
			bytes_wipe(value, strlen(value));
		(void)unsetenv(proxies_names[i]);
	}
}

int proxies_drop(void)
{
	enum proxies_word word = proxies_look();

	if (word == PROXIES_NONE || word == PROXIES_AGREED)
		return 0;
	proxies_forget();
	return 1;
}
