#include "broker/grant.h"

#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "base/bytes.h"
#include "base/hash.h"
#include "broker/log.h"

enum {
	BUCKETS = 2048, /* a power of two */
};

struct grant {
	struct grants *all;
	struct check check; /* check.what points into `strings` */
	struct secret *token;
	unsigned char key[HASH_SHA256]; /* of the project */
	unsigned char id[HASH_SHA256];	/* of the token */
	TAILQ_ENTRY(grant) use;
	LIST_ENTRY(grant) by_key, by_id;
	unsigned char digest[HASH_SHA384];
	char strings[];
};
LIST_HEAD(bucket, grant);

struct grants {
	struct slab *slab;
	struct checker *checker;
	struct log *log;
	void (*gone)(void *arg);
	void *arg;
	size_t n;
	TAILQ_HEAD(use_list, grant) use; /* the latest first */
	struct bucket by_key[BUCKETS], by_id[BUCKETS];
};

/* Both keys are hashes, so any of their bits are as good as others. */
static struct bucket *bucket_of(
    struct bucket *table, const unsigned char hash[HASH_SHA256])
{
	return &table[(hash[0] | (unsigned)hash[1] << 8) & (BUCKETS - 1)];
}

static void key_of(const struct project_ref *p, unsigned char key[HASH_SHA256])
{
	/* The NUL of each text keeps them apart. */
	const struct hash_part parts[] = {
	    {p->digest, HASH_SHA384},
	    {p->config, strlen(p->config) + 1},
	    {p->server, strlen(p->server) + 1},
	    {p->role, strlen(p->role) + 1},
	    {p->chain, strlen(p->chain) + 1},
	};

	hash_sha256(parts, sizeof(parts) / sizeof(parts[0]), key);
}

static void id_of(const void *token, size_t len, unsigned char id[HASH_SHA256])
{
	const struct hash_part part = {token, len};

	hash_sha256(&part, 1, id);
}

int grants_new(struct grants **out, struct slab *slab, struct checker *checker,
    struct log *log)
{
	struct grants *g = calloc(1, sizeof(*g));

	*out = NULL;
	if (!g)
		return ERR_NOMEM;
	g->slab = slab;
	g->checker = checker;
	g->log = log;
	TAILQ_INIT(&g->use);
	*out = g;
	return 0;
}

static void drop(struct grant *grant)
{
	struct grants *g = grant->all;

	checker_forget(g->checker, &grant->check);
	TAILQ_REMOVE(&g->use, grant, use);
	LIST_REMOVE(grant, by_key);
	LIST_REMOVE(grant, by_id);
	g->n--;
	secret_free(grant->token);
	free(grant);
	if (g->gone)
		g->gone(g->arg);
}

void grants_free(struct grants *g)
{
	struct grant *grant;

	if (!g)
		return;
	g->gone = NULL;
	while ((grant = TAILQ_FIRST(&g->use)))
		drop(grant);
	free(g);
}

void grants_watch(struct grants *g, void (*fn)(void *arg), void *arg)
{
	g->gone = fn;
	g->arg = arg;
}

size_t grants_count(const struct grants *g)
{
	return g->n;
}

static void used(struct grant *grant)
{
	struct grants *g = grant->all;

	if (TAILQ_FIRST(&g->use) == grant)
		return;
	TAILQ_REMOVE(&g->use, grant, use);
	TAILQ_INSERT_HEAD(&g->use, grant, use);
}

static void settled(void *arg, enum check_verdict verdict)
{
	struct grant *grant = arg;

	if (verdict != CHECK_REFUSED)
		return;
	log_info(grant->all->log, "revoking a grant of %s: not trusted",
	    grant->check.what.config);
	drop(grant);
}

/* Copies s to *at, which moves on. */
static const char *place(char **at, const char *s)
{
	size_t n = strlen(s) + 1;
	const char *to = memcpy(*at, s, n);

	*at += n;
	return to;
}

static struct grant *copy_project(const struct project_ref *p)
{
	struct grant *grant =
	    calloc(1, sizeof(*grant) + strlen(p->config) + strlen(p->server) +
			  strlen(p->role) + strlen(p->chain) + 4);
	char *at;

	if (!grant)
		return NULL;
	at = grant->strings;
	memcpy(grant->digest, p->digest, sizeof(grant->digest));
	grant->check.what.digest = grant->digest;
	grant->check.what.config = place(&at, p->config);
	grant->check.what.server = place(&at, p->server);
	grant->check.what.role = place(&at, p->role);
	grant->check.what.chain = place(&at, p->chain);
	grant->check.settled = settled;
	grant->check.arg = grant;
	return grant;
}

static int make(struct grants *g, const struct project_ref *p,
    const unsigned char key[HASH_SHA256], struct grant **out)
{
	unsigned char token[GRANT_TOKEN];
	struct grant *grant = copy_project(p);
	int rc;

	if (!grant)
		return ERR_NOMEM;
	bytes_random(token, sizeof(token));
	id_of(token, sizeof(token), grant->id);
	rc = secret_new(&grant->token, g->slab, token, sizeof(token));
	bytes_wipe(token, sizeof(token));
	if (rc < 0) {
		free(grant);
		return rc;
	}
	grant->all = g;
	memcpy(grant->key, key, sizeof(grant->key));
	TAILQ_INSERT_HEAD(&g->use, grant, use);
	LIST_INSERT_HEAD(bucket_of(g->by_key, grant->key), grant, by_key);
	LIST_INSERT_HEAD(bucket_of(g->by_id, grant->id), grant, by_id);
	g->n++;
	*out = grant;
	return 0;
}

int grants_get(struct grants *g, const struct project_ref *project,
    struct grant **out, struct err *e)
{
	unsigned char key[HASH_SHA256];
	struct grant *grant;

	key_of(project, key);
	LIST_FOREACH(grant, bucket_of(g->by_key, key), by_key)
	{
		if (memcmp(grant->key, key, sizeof(key)) != 0)
			continue;
		used(grant);
		*out = grant;
		return 0;
	}
	if (make(g, project, key, out) < 0)
		return err_set(
		    e, ERR_NOMEM, "the broker has no memory for a grant");
	if (g->n > GRANT_MAX)
		drop(TAILQ_LAST(&g->use, use_list));
	return 0;
}

struct grant *grants_find(struct grants *g, const void *token, size_t len)
{
	unsigned char id[HASH_SHA256];
	struct grant *grant, *found = NULL;

	id_of(token, len, id);
	LIST_FOREACH(grant, bucket_of(g->by_id, id), by_id)
	if (bytes_equal(grant->id, id, sizeof(id)))
		found = grant;
	if (found)
		used(found);
	return found;
}

size_t grants_revoke(struct grants *g, const char *config)
{
	struct grant *grant = TAILQ_FIRST(&g->use), *next;
	size_t n = 0;

	for (; grant; grant = next) {
		next = TAILQ_NEXT(grant, use);
		if (strcmp(grant->check.what.config, config) != 0)
			continue;
		drop(grant);
		n++;
	}
	if (n)
		log_info(g->log, "revoking all grants of %s: %zu", config, n);
	return n;
}

void grant_token(const struct grant *grant, struct buf *out)
{
	char text[BYTES_ENCODED(GRANT_TOKEN)];
	size_t n = bytes_encode(BYTES_BASE64URL, secret_bytes(grant->token),
	    secret_len(grant->token), text, sizeof(text));

	buf_adds(out, "Bearer ");
	buf_add(out, text, n);
	bytes_wipe(text, sizeof(text));
}

const struct project_ref *grant_project(const struct grant *grant)
{
	return &grant->check.what;
}

void grant_check(struct grants *g, struct grant *grant, struct check_wait *w)
{
	checker_ask(g->checker, &grant->check, w);
}
