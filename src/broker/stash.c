#include "broker/stash.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/hash.h"

enum {
	KEY = 32,
};

struct item {
	unsigned char handle[STASH_HANDLE];
	struct secret *secret;
};

struct stash {
	struct slab *slab;
	struct secret *key;
	size_t n, bytes;
	struct item items[STASH_MAX]; /* the latest first */
};

int stash_new(struct stash **out, struct slab *slab)
{
	struct stash *s = calloc(1, sizeof(*s));
	unsigned char key[KEY];
	int rc;

	*out = NULL;
	if (!s)
		return ERR_NOMEM;
	s->slab = slab;
	bytes_random(key, sizeof(key));
	rc = secret_new(&s->key, slab, key, sizeof(key));
	bytes_wipe(key, sizeof(key));
	if (rc < 0)
		free(s);
	else
		*out = s;
	return rc;
}

static void drop_last(struct stash *s)
{
	struct item *it = &s->items[--s->n];

	s->bytes -= secret_len(it->secret);
	secret_free(it->secret);
}

void stash_free(struct stash *s)
{
	if (!s)
		return;
	while (s->n)
		drop_last(s);
	secret_free(s->key);
	free(s);
}

static void to_front(struct stash *s, size_t i)
{
	struct item it = s->items[i];

	memmove(&s->items[1], &s->items[0], i * sizeof(it));
	s->items[0] = it;
}

/* All are looked at, so that time does not tell which handles there are. */
static const struct item *find(
    struct stash *s, const unsigned char handle[STASH_HANDLE])
{
	size_t i, found = s->n;

	for (i = 0; i < s->n; i++)
		if (bytes_equal(s->items[i].handle, handle, STASH_HANDLE))
			found = i;
	if (found == s->n)
		return NULL;
	to_front(s, found);
	return &s->items[0];
}

static int add(struct stash *s, const void *p, size_t len,
    const unsigned char handle[STASH_HANDLE])
{
	struct item it;

	/* Old ones make room, in our own bounds and in the slab's. */
	while (s->n == STASH_MAX || s->bytes + len > STASH_MAX_TOTAL)
		drop_last(s);
	while (secret_new(&it.secret, s->slab, p, len) < 0) {
		if (!s->n)
			return ERR_NOMEM;
		drop_last(s);
	}
	memcpy(it.handle, handle, STASH_HANDLE);
	s->items[s->n++] = it;
	s->bytes += len;
	to_front(s, s->n - 1);
	return 0;
}

int stash_put(struct stash *s, const void *p, size_t len,
    unsigned char handle[STASH_HANDLE], struct err *e)
{
	const struct hash_part parts[] = {
	    {secret_bytes(s->key), secret_len(s->key)},
	    {p, len},
	};
	unsigned char hash[HASH_SHA256];

	if (len > STASH_MAX_BYTES)
		return err_set(e, ERR_LIMIT,
		    "the broker keeps at most %d bytes of variables",
		    STASH_MAX_BYTES);
	hash_sha256(parts, 2, hash);
	memcpy(handle, hash, STASH_HANDLE);
	if (find(s, handle))
		return 0;
	if (add(s, p, len, handle) < 0)
		return err_set(
		    e, ERR_NOMEM, "the broker has no memory for variables");
	return 0;
}

int stash_get(struct stash *s, const unsigned char handle[STASH_HANDLE],
    const void **p, size_t *len, struct err *e)
{
	const struct item *it = find(s, handle);

	if (!it)
		return err_set(e, ERR_NOT_FOUND,
		    "the broker does not have these variables any more");
	*p = secret_bytes(it->secret);
	*len = secret_len(it->secret);
	return 0;
}
