#include "broker/grants/originals.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/core/bytes.h"
#include "base/core/hash.h"
#include "net/runtime/process.h"

enum {
	KEY = 32,
};

/* A process that holds one; the pidfd guards against pid reuse. */
struct holder {
	LIST_ENTRY(holder) entry;
	struct originals *stash;
	struct item *item;
	struct process process;
};

struct item {
	TAILQ_ENTRY(item) entry;
	unsigned char handle[ORIGINALS_HANDLE];
	struct secret *secret;
	LIST_HEAD(, holder) holders;
};

struct originals {
	struct loop *loop;
	struct slab *slab;
	struct secret *key;
	size_t n, n_holders, bytes;
	TAILQ_HEAD(item_list, item) items; /* most recent first */
};

int originals_new(struct originals **out, struct loop *loop, struct slab *slab)
{
	struct originals *s = calloc(1, sizeof(*s));
	unsigned char key[KEY];
	int rc;

	*out = NULL;
	if (!s)
		return ERR_NOMEM;
	s->loop = loop;
	s->slab = slab;
	TAILQ_INIT(&s->items);
	bytes_random(key, sizeof(key));
	rc = secret_new(&s->key, slab, key, sizeof(key));
	bytes_wipe(key, sizeof(key));
	if (rc < 0)
		free(s);
	else
		*out = s;
	return rc;
}

static void let_go(struct holder *h)
{
	process_forget(&h->process);
	LIST_REMOVE(h, entry);
	h->stash->n_holders--;
	free(h);
}

static void drop(struct originals *s, struct item *it)
{
	struct holder *h;

	while ((h = LIST_FIRST(&it->holders)))
		/* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): off the list */
		let_go(h);
	TAILQ_REMOVE(&s->items, it, entry);
	s->n--;
	s->bytes -= secret_len(it->secret);
	secret_free(it->secret);
	free(it);
}

static void drop_last(struct originals *s)
{
	drop(s, TAILQ_LAST(&s->items, item_list));
}

void originals_clear(struct originals *s)
{
	while (s->n)
		drop_last(s);
}

void originals_free(struct originals *s)
{
	if (!s)
		return;
	originals_clear(s);
	secret_free(s->key);
	free(s);
}

/* Compares all, so that timing does not reveal which handles exist. */
static struct item *find(
    struct originals *s, const unsigned char handle[ORIGINALS_HANDLE])
{
	struct item *it, *found = NULL;

	TAILQ_FOREACH(it, &s->items, entry)
	if (bytes_equal(it->handle, handle, ORIGINALS_HANDLE))
		found = it;
	if (!found)
		return NULL;
	TAILQ_REMOVE(&s->items, found, entry);
	TAILQ_INSERT_HEAD(&s->items, found, entry);
	return found;
}

static int add(struct originals *s, const void *p, size_t len,
    const unsigned char handle[ORIGINALS_HANDLE], struct item **out)
{
	struct item *it = calloc(1, sizeof(*it));

	*out = NULL;
	if (!it)
		return ERR_NOMEM;
	/* Evicts old ones to stay within our limits and the slab's. */
	while (s->n == ORIGINALS_MAX || s->bytes + len > ORIGINALS_MAX_TOTAL)
		drop_last(s);
	while (secret_new(&it->secret, s->slab, p, len) < 0) {
		if (!s->n) {
			free(it);
			return ERR_NOMEM;
		}
		drop_last(s);
	}
	memcpy(it->handle, handle, ORIGINALS_HANDLE);
	LIST_INIT(&it->holders);
	TAILQ_INSERT_HEAD(&s->items, it, entry);
	s->n++;
	s->bytes += len;
	*out = it;
	return 0;
}

/* --- who holds them */

static struct holder *holder_of(const struct item *it, pid_t pid)
{
	struct holder *h;

	LIST_FOREACH(h, &it->holders, entry)
	if (h->process.pid == pid)
		return h;
	return NULL;
}

static void release(struct holder *h)
{
	struct originals *s = h->stash;
	struct item *it = h->item;

	let_go(h);
	if (LIST_EMPTY(&it->holders))
		drop(s, it);
}

static void ended(void *arg)
{
	release(arg);
}

/* A confined process may not send signals, not even signal 0. */
static int is_ours(pid_t pid)
{
	struct stat st;
	char path[32];

	(void)snprintf(path, sizeof(path), "/proc/%ld", (long)pid);
	return stat(path, &st) == 0 && st.st_uid == geteuid();
}

static int hold(struct originals *s, struct item *it, pid_t pid, struct err *e)
{
	struct holder *h;
	int rc;

	/* It may have ended, and its pid may have been reused. */
	h = holder_of(it, pid);
	if (h && !process_has_ended(&h->process))
		return 0;
	if (s->n_holders == ORIGINALS_MAX_HOLDERS)
		return err_set(e, ERR_LIMIT,
		    "the broker keeps variables of too many shells");
	h = calloc(1, sizeof(*h));
	if (!h)
		return err_set(e, ERR_NOMEM, "the broker is out of memory");
	h->stash = s;
	h->item = it;
	rc = process_watch(&h->process, s->loop, pid, ended, h, e);
	/* Signal 0 tells whether it is one of ours; its pid can't be reused
	 * while we watch it. */
	if (rc == 0 && kill(pid, 0) < 0 && !is_ours(pid)) {
		rc = err_set(e, ERR_FOREIGN, "process %ld is not one of yours",
		    (long)pid);
		process_forget(&h->process);
	}
	if (rc < 0) {
		free(h);
		return rc;
	}
	LIST_INSERT_HEAD(&it->holders, h, entry);
	s->n_holders++;
	return 0;
}

int originals_hold(struct originals *s,
    const unsigned char handle[ORIGINALS_HANDLE], pid_t holder, struct err *e)
{
	struct item *it = find(s, handle);

	if (!it)
		return err_set(e, ERR_NOT_FOUND,
		    "the broker does not have these variables any more");
	return hold(s, it, holder, e);
}

void originals_drop(struct originals *s,
    const unsigned char handle[ORIGINALS_HANDLE], pid_t holder)
{
	struct item *it = find(s, handle);
	struct holder *h = it ? holder_of(it, holder) : NULL;

	if (h)
		release(h);
}

int originals_put(struct originals *s, const void *p, size_t len, pid_t holder,
    unsigned char handle[ORIGINALS_HANDLE], struct err *e)
{
	const struct hash_part parts[] = {
	    {secret_bytes(s->key), secret_len(s->key)},
	    {p, len},
	};
	unsigned char hash[HASH_SHA256];
	struct item *it;
	int rc;

	if (len > ORIGINALS_MAX_BYTES)
		return err_set(e, ERR_LIMIT,
		    "the broker keeps at most %d bytes of variables",
		    ORIGINALS_MAX_BYTES);
	hash_sha256(parts, 2, hash);
	memcpy(handle, hash, ORIGINALS_HANDLE);
	it = find(s, handle);
	if (!it && add(s, p, len, handle, &it) < 0)
		return err_set(
		    e, ERR_NOMEM, "the broker has no memory for variables");
	rc = hold(s, it, holder, e);
	if (rc < 0 && LIST_EMPTY(&it->holders))
		drop(s, it);
	return rc;
}

int originals_get(struct originals *s,
    const unsigned char handle[ORIGINALS_HANDLE], const void **p, size_t *len,
    struct err *e)
{
	const struct item *it = find(s, handle);

	if (!it)
		return err_set(e, ERR_NOT_FOUND,
		    "the broker does not have these variables any more");
	*p = secret_bytes(it->secret);
	*len = secret_len(it->secret);
	return 0;
}
