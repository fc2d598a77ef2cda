#include "broker/session.h"

#include <stdlib.h>
#include <string.h>

#include "broker/log.h"

enum {
	/* Timers stand still while the machine sleeps; expiry does not.  What
	 * has expired is never given, and wiped within this time of waking. */
	MAX_NAP = 60 * 60,
};

struct session {
	struct sessions *all;
	const char *id, *url;
	unsigned char identity[HASH_SHA256];
	struct provider_tokens tokens;
	uint64_t serial;
	char strings[];
};

struct sessions {
	struct loop *loop;
	struct log *log;
	void (*fn)(void *arg, const unsigned char *identity, int is);
	void *arg;
	struct loop_timer expiry;
	uint64_t serial;
	size_t n;
	struct session *at[SESSION_MAX]; /* in order of id */
};

static void expire(void *arg);

int sessions_new(
    struct sessions **out, struct loop *loop, struct log *log, struct err *e)
{
	struct sessions *s = calloc(1, sizeof(*s));

	*out = s;
	if (!s)
		return err_set(e, ERR_NOMEM, "out of memory");
	s->loop = loop;
	s->log = log;
	s->expiry.fn = expire;
	s->expiry.arg = s;
	return 0;
}

static void session_free(struct session *one)
{
	provider_tokens_release(&one->tokens);
	free(one);
}

void sessions_free(struct sessions *s)
{
	if (!s)
		return;
	loop_disarm(s->loop, &s->expiry);
	while (s->n)
		session_free(s->at[--s->n]);
	free(s);
}

void sessions_watch(struct sessions *s,
    void (*fn)(void *arg, const unsigned char identity[HASH_SHA256], int is),
    void *arg)
{
	s->fn = fn;
	s->arg = arg;
}

static void tell(struct sessions *s, const unsigned char *identity, int is)
{
	if (s->fn)
		s->fn(s->arg, identity, is);
}

/* --- expiry */

static int live(const struct session *one)
{
	return !one->tokens.expires ||
	       one->tokens.expires > loop_wall(one->all->loop);
}

static void arm(struct sessions *s)
{
	int64_t now = loop_wall(s->loop), next = MAX_NAP;
	int any = 0;

	for (size_t i = 0; i < s->n; i++) {
		int64_t at = s->at[i]->tokens.expires;

		if (!at)
			continue;
		any = 1;
		if (at - now < next)
			next = at - now;
	}
	if (any)
		loop_arm(s->loop, &s->expiry, next * 1000);
	else
		loop_disarm(s->loop, &s->expiry);
}

/* Takes one out, unarmed and untold. */
static struct session *cut(struct sessions *s, size_t i)
{
	struct session *one = s->at[i];

	s->n--;
	memmove(&s->at[i], &s->at[i + 1], (s->n - i) * sizeof(s->at[0]));
	return one;
}

/* Whoever is told may come back and change everything. */
static void drop(struct sessions *s, size_t i, const char *why)
{
	struct session *one = cut(s, i);
	unsigned char identity[HASH_SHA256];

	memcpy(identity, one->identity, sizeof(identity));
	log_info(s->log, "the session of %s is gone: %s", one->id, why);
	session_free(one);
	arm(s);
	tell(s, identity, 0);
}

static void expire(void *arg)
{
	struct sessions *s = arg;
	size_t i = 0;

	while (i < s->n) {
		if (live(s->at[i])) {
			i++;
			continue;
		}
		drop(s, i, "it has expired");
		i = 0;
	}
	arm(s);
}

/* --- changes */

static struct session *make(const struct catalog_entry *server)
{
	size_t id = strlen(server->server->id) + 1;
	size_t url = strlen(server->server->url) + 1;
	struct session *one = calloc(1, sizeof(*one) + id + url);

	if (!one)
		return NULL;
	one->id = memcpy(one->strings, server->server->id, id);
	one->url = memcpy(one->strings + id, server->server->url, url);
	memcpy(one->identity, server->identity, sizeof(one->identity));
	return one;
}

/* What an earlier login at that server left, or an edit of its file: nothing
 * would ever ask for the latter again. */
static int replaced(const struct session *old, const struct session *one)
{
	return strcmp(old->id, one->id) == 0 ||
	       memcmp(old->identity, one->identity, HASH_SHA256) == 0;
}

static void make_room(struct sessions *s)
{
	size_t oldest = 0;

	if (s->n < SESSION_MAX)
		return;
	for (size_t i = 1; i < s->n; i++)
		if (s->at[i]->serial < s->at[oldest]->serial)
			oldest = i;
	drop(s, oldest, "there are too many");
}

static void insert(struct sessions *s, struct session *one)
{
	size_t i = 0;

	while (i < s->n && strcmp(s->at[i]->id, one->id) < 0)
		i++;
	memmove(&s->at[i + 1], &s->at[i], (s->n - i) * sizeof(s->at[0]));
	s->at[i] = one;
	s->n++;
}

int sessions_put(struct sessions *s, const struct catalog_entry *server,
    struct provider_tokens *take_tokens, struct err *e)
{
	struct session *one = make(server), *old;
	unsigned char identity[HASH_SHA256];
	size_t i = 0;

	if (!one) {
		provider_tokens_release(take_tokens);
		return err_set(
		    e, ERR_NOMEM, "the broker has no memory for a session");
	}
	one->all = s;
	one->tokens = *take_tokens;
	memset(take_tokens, 0, sizeof(*take_tokens));
	while (i < s->n) {
		old = s->at[i];
		if (!replaced(old, one)) {
			i++;
		} else if (memcmp(old->identity, one->identity, HASH_SHA256) !=
			   0) {
			drop(s, i, "its server is another one now");
			i = 0;
		} else {
			/* Not told: there is one still. */
			session_free(cut(s, i));
		}
	}
	make_room(s);
	one->serial = ++s->serial;
	insert(s, one);
	arm(s);
	log_info(s->log, "there is a session of %s", one->id);
	memcpy(identity, one->identity, sizeof(identity));
	tell(s, identity, 1);
	return 0;
}

static size_t index_of(
    const struct sessions *s, const unsigned char identity[HASH_SHA256])
{
	size_t i = 0;

	while (
	    i < s->n && memcmp(s->at[i]->identity, identity, HASH_SHA256) != 0)
		i++;
	return i;
}

const struct session *sessions_find(
    const struct sessions *s, const unsigned char identity[HASH_SHA256])
{
	size_t i = index_of(s, identity);

	return i < s->n && live(s->at[i]) ? s->at[i] : NULL;
}

size_t sessions_drop(
    struct sessions *s, const unsigned char identity[HASH_SHA256])
{
	size_t i = index_of(s, identity);

	if (i == s->n)
		return 0;
	drop(s, i, "logged out");
	return 1;
}

size_t sessions_drop_all(struct sessions *s)
{
	size_t n;

	for (n = 0; s->n; n++)
		drop(s, s->n - 1, "logged out");
	return n;
}

void sessions_drop_token(struct sessions *s,
    const unsigned char identity[HASH_SHA256], uint64_t serial)
{
	size_t i = index_of(s, identity);

	if (i < s->n && s->at[i]->serial == serial)
		drop(s, i, "the server does not accept it any more");
}

/* --- looking */

const struct session *sessions_at(const struct sessions *s, size_t i)
{
	for (size_t k = 0; k < s->n; k++)
		if (live(s->at[k]) && i-- == 0)
			return s->at[k];
	return NULL;
}

const char *session_id(const struct session *s)
{
	return s->id;
}

const char *session_url(const struct session *s)
{
	return s->url;
}

const unsigned char *session_identity(const struct session *s)
{
	return s->identity;
}

const struct secret *session_access(const struct session *s)
{
	return s->tokens.access;
}

int64_t session_expires(const struct session *s)
{
	return s->tokens.expires;
}

int session_renews(const struct session *s)
{
	return s->tokens.refresh != NULL;
}

uint64_t session_serial(const struct session *s)
{
	return s->serial;
}
