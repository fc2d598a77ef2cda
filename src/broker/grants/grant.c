#include "broker/grants/grant.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/queue.h>

#include "base/core/bytes.h"
#include "base/core/hash.h"
#include "net/runtime/log.h"
#include "net/runtime/loop.h"
#include "net/runtime/process.h"

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
	int64_t used_at; /* by the loop's clock */
	int is_lent;	 /* then it is not in by_key */
	int is_good;	 /* not lent, or grant_lent() was called */
	int is_lazy;
	int64_t since;
	struct process borrower;
	char terminal[GRANT_TERMINAL];
	void (*watcher)(void *arg);
	void *watcher_arg;
	unsigned char digest[HASH_SHA384];
	char strings[];
};
LIST_HEAD(bucket, grant);

struct grants {
	struct loop *loop;
	struct slab *slab;
	struct checker *checker;
	struct log *log;
	struct secret *master; /* that tokens are made from */
	void (*gone)(void *arg);
	void *arg;
	size_t n, n_lent;
	TAILQ_HEAD(use_list, grant)
	use; /* most recent first; without lent
		ones */
	struct use_list lent;
	struct bucket by_key[BUCKETS], by_id[BUCKETS];
};

/* Both keys are hashes, so any of their bits will do. */
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

/* Of a token's text, without the scheme. */
static void id_of(const void *text, size_t len, unsigned char id[HASH_SHA256])
{
	const struct hash_part part = {text, len};

	hash_sha256(&part, 1, id);
}

int grants_new(struct grants **out, struct loop *loop, struct slab *slab,
    struct checker *checker, struct log *log)
{
	struct grants *g = calloc(1, sizeof(*g));
	unsigned char key[TOKEN_KEY];
	int rc;

	*out = NULL;
	if (!g)
		return ERR_NOMEM;
	g->loop = loop;
	g->slab = slab;
	g->checker = checker;
	g->log = log;
	TAILQ_INIT(&g->use);
	TAILQ_INIT(&g->lent);
	bytes_random(key, sizeof(key));
	rc = grants_set_key(g, key);
	bytes_wipe(key, sizeof(key));
	if (rc < 0) {
		grants_free(g);
		return rc;
	}
	*out = g;
	return 0;
}

int grants_set_key(struct grants *g, const unsigned char key[TOKEN_KEY])
{
	/* The old one first: this works even if the slab is full, and a logout
	 * never leaves its tokens valid. */
	secret_free(g->master);
	return secret_new(&g->master, g->slab, key, TOKEN_KEY);
}

static void drop(struct grant *grant)
{
	struct grants *g = grant->all;

	checker_forget(g->checker, &grant->check);
	if (grant->is_lent) {
		TAILQ_REMOVE(&g->lent, grant, use);
		g->n_lent--;
		process_forget(&grant->borrower);
	} else {
		TAILQ_REMOVE(&g->use, grant, use);
		LIST_REMOVE(grant, by_key);
		g->n--;
	}
	LIST_REMOVE(grant, by_id);
	if (grant->watcher)
		grant->watcher(grant->watcher_arg);
	if (g->gone && !grant->is_lent)
		g->gone(g->arg);
	secret_free(grant->token);
	free(grant);
}

void grants_free(struct grants *g)
{
	struct grant *grant;

	if (!g)
		return;
	g->gone = NULL;
	while (
	    (grant = TAILQ_FIRST(&g->use)) || (grant = TAILQ_FIRST(&g->lent)))
		drop(grant);
	secret_free(g->master);
	free(g);
}

void grants_watch(struct grants *g, void (*fn)(void *arg), void *arg)
{
	g->gone = fn;
	g->arg = arg;
}

size_t grants_count(const struct grants *g)
{
	return g->n + g->n_lent;
}

static void used(struct grant *grant)
{
	struct grants *g = grant->all;

	grant->used_at = loop_now(g->loop);
	if (grant->is_lent || TAILQ_FIRST(&g->use) == grant)
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

/* Copies s to *at, and advances it. */
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

/* A lent grant's token is random, and belongs to no config. */
static void make_token(const struct grants *g, const struct project_ref *p,
    unsigned char token[TOKEN_BYTES])
{
	if (*p->config)
		token_make(secret_bytes(g->master), p, token);
	else
		bytes_random(token, TOKEN_BYTES);
}

static int set_token(
    struct grant *grant, const unsigned char token[TOKEN_BYTES])
{
	struct buf text = BUF_INIT(TOKEN_TEXT);
	int rc;

	rc = secret_new(&grant->token, grant->all->slab, token, TOKEN_BYTES);
	if (rc < 0)
		return rc;
	token_text(token, grant->check.what.config, &text);
	id_of(text.data, text.len, grant->id);
	rc = text.failed ? ERR_NOMEM : 0;
	buf_release(&text);
	return rc;
}

/* Creates a grant, so far only in the token table; NULL when out of memory. */
static struct grant *make(struct grants *g, const struct project_ref *p)
{
	unsigned char token[TOKEN_BYTES];
	struct grant *grant = copy_project(p);
	int rc;

	if (!grant)
		return NULL;
	grant->all = g;
	make_token(g, p, token);
	rc = set_token(grant, token);
	bytes_wipe(token, sizeof(token));
	if (rc < 0) {
		secret_free(grant->token);
		free(grant);
		return NULL;
	}
	grant->since = INT64_MIN;
	grant->used_at = loop_now(g->loop);
	LIST_INSERT_HEAD(bucket_of(g->by_id, grant->id), grant, by_id);
	return grant;
}

static int no_memory(struct err *e)
{
	return err_set(e, ERR_NOMEM, "the broker has no memory for a grant");
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
	grant = make(g, project);
	if (!grant)
		return no_memory(e);
	grant->is_good = 1;
	memcpy(grant->key, key, sizeof(grant->key));
	TAILQ_INSERT_HEAD(&g->use, grant, use);
	LIST_INSERT_HEAD(bucket_of(g->by_key, grant->key), grant, by_key);
	if (++g->n > GRANT_MAX)
		drop(TAILQ_LAST(&g->use, use_list));
	*out = grant;
	return 0;
}

static void borrower_ended(void *arg)
{
	drop(arg);
}

int grants_lend(struct grants *g, const struct project_ref *p, pid_t pid,
    struct grant **out, struct err *e)
{
	static const unsigned char none[HASH_SHA384];
	const struct project_ref role = {.config = "",
	    .digest = none,
	    .server = p->server,
	    .role = p->role,
	    .chain = p->chain};
	struct grant *grant;
	int rc;

	*out = NULL;
	if (g->n_lent >= GRANT_LENT)
		return err_set(e, ERR_LIMIT,
		    "%d processes hold a role of `mairu exec` already",
		    GRANT_LENT);
	grant = make(g, &role);
	if (!grant)
		return no_memory(e);
	grant->is_lent = 1;
	TAILQ_INSERT_HEAD(&g->lent, grant, use);
	g->n_lent++;
	rc = process_watch(
	    &grant->borrower, g->loop, pid, borrower_ended, grant, e);
	if (rc < 0)
		drop(grant);
	else
		*out = grant;
	return rc;
}

void grant_lent(struct grant *grant)
{
	grant->is_good = 1;
}

void grant_set_lazy(struct grant *grant)
{
	grant->is_lazy = 1;
}

int grant_is_lazy(const struct grant *grant)
{
	return grant->is_lazy;
}

void grant_set_since(struct grant *grant)
{
	grant->since = loop_now(grant->all->loop);
}

int64_t grant_since(const struct grant *grant)
{
	return grant->since;
}

void grant_set_terminal(struct grant *grant, const char *path)
{
	if (grant->is_lent && strlen(path) < sizeof(grant->terminal))
		memcpy(grant->terminal, path, strlen(path) + 1);
}

const char *grant_terminal(const struct grant *grant)
{
	return grant->terminal;
}

void grant_watch(struct grant *grant, void (*gone)(void *arg), void *arg)
{
	grant->watcher = gone;
	grant->watcher_arg = arg;
}

void grant_take_back(struct grant *grant)
{
	drop(grant);
}

/* RFC 9110, section 11.1: the scheme is case-insensitive.  SDKs send the
 * variable's value unchanged. */
static const char *without_scheme(const char *text)
{
	return strncasecmp(text, "Bearer ", 7) == 0 ? text + 7 : NULL;
}

struct grant *grants_find_bearer(struct grants *g, const char *text)
{
	unsigned char id[HASH_SHA256];
	struct grant *grant, *found = NULL;

	text = without_scheme(text);
	if (!text)
		return NULL;
	id_of(text, strlen(text), id);
	LIST_FOREACH(grant, bucket_of(g->by_id, id), by_id)
	if (bytes_equal(grant->id, id, sizeof(id)) && grant->is_good)
		found = grant;
	if (found)
		used(found);
	return found;
}

int grants_token_path(
    const struct grants *g, const char *text, char path[TOKEN_PATH + 1])
{
	text = without_scheme(text);
	return text && token_path(secret_bytes(g->master), text, path);
}

static size_t revoke_in(struct use_list *list,
    int (*is)(void *arg, const struct grant *grant), void *arg)
{
	struct grant *grant = TAILQ_FIRST(list), *next;
	size_t n = 0;

	for (; grant; grant = next) {
		next = TAILQ_NEXT(grant, use);
		if (!is(arg, grant))
			continue;
		drop(grant);
		n++;
	}
	return n;
}

size_t grants_revoke_if(struct grants *g,
    int (*is)(void *arg, const struct grant *grant), void *arg)
{
	return revoke_in(&g->use, is, arg) + revoke_in(&g->lent, is, arg);
}

static int is_of_config(void *arg, const struct grant *grant)
{
	const char *const *config = arg;

	return strcmp(grant->check.what.config, *config) == 0;
}

size_t grants_revoke(struct grants *g, const char *config)
{
	size_t n = revoke_in(&g->use, is_of_config, &config);

	if (n)
		log_info(g->log, "revoking all grants of %s: %zu", config, n);
	return n;
}

void grants_each(struct grants *g, int64_t seconds,
    void (*fn)(void *arg, const struct grant *grant), void *arg)
{
	int64_t since = loop_now(g->loop) - seconds * 1000;
	struct grant *grant;

	TAILQ_FOREACH(grant, &g->use, use)
	if (grant->used_at >= since)
		fn(arg, grant);
	TAILQ_FOREACH(grant, &g->lent, use)
	if (grant->used_at >= since)
		fn(arg, grant);
}

void grants_each_lent(struct grants *g,
    void (*fn)(void *arg, const struct grant *grant), void *arg)
{
	struct grant *grant;

	TAILQ_FOREACH(grant, &g->lent, use)
	if (grant->is_good)
		fn(arg, grant);
}

void grant_token(const struct grant *grant, struct buf *out)
{
	buf_adds(out, "Bearer ");
	token_text(secret_bytes(grant->token), grant->check.what.config, out);
}

const struct project_ref *grant_project(const struct grant *grant)
{
	return &grant->check.what;
}

void grant_check(struct grants *g, struct grant *grant, struct check_wait *w)
{
	if (grant->is_lent)
		w->fn(w->arg, CHECK_ALLOWED, "");
	else
		checker_ask(g->checker, &grant->check, w);
}
