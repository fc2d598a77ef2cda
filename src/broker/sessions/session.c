#include "broker/sessions/session.h"

#include <stdlib.h>
#include <string.h>

#include "broker/kinds/pieces.h"
#include "broker/sessions/kept.h"
#include "broker/sessions/revoke.h"
#include "net/http/words.h"
#include "net/runtime/log.h"

int sessions_new(
    struct sessions **out, const struct upstream *up, struct err *e)
{
	struct sessions *s = calloc(1, sizeof(*s));

	*out = s;
	if (!s)
		return err_set(e, ERR_NOMEM, "out of memory");
	s->part = *up;
	s->timer.fn = session_turn;
	s->timer.arg = s;
	renew_time_init(&s->clocks, up->loop);
	return revokes_new(&s->revokes, &s->part, e);
}

static void session_free(struct session *one)
{
	session_abandon(one, 0);
	backoff_clear(&one->trouble);
	free(one);
}

void sessions_free(struct sessions *s)
{
	if (!s)
		return;
	loop_disarm(s->part.loop, &s->timer);
	while (s->n) {
		struct session *one = s->at[--s->n];

		while (waits_next(&one->waits))
			;
		session_free(one);
	}
	session_drop_orphans(s);
	revokes_free(s->revokes);
	free(s);
}

void sessions_watch(struct sessions *s,
    void (*fn)(void *arg, const unsigned char identity[HASH_SHA256], int is),
    void *arg)
{
	s->fn = fn;
	s->arg = arg;
}

void sessions_watch_held(struct sessions *s,
    int (*held)(void *arg, const unsigned char identity[HASH_SHA256]),
    void *arg)
{
	s->held = held;
	s->held_arg = arg;
}

static void tell(struct sessions *s, const unsigned char *identity, int is)
{
	if (s->fn)
		s->fn(s->arg, identity, is);
}

struct revokes *sessions_revokes(struct sessions *s)
{
	return s->revokes;
}

int session_none(const char *id, struct err *e)
{
	(void)err_set(e, ERR_LOGIN, "login required");
	return provider_say_login(e, ERR_LOGIN, id);
}

/* --- live sessions */

int session_valid(const struct session *one)
{
	const struct provider_tokens *t = &one->tokens;

	return t->access &&
	       (!t->expires || t->expires > loop_wall(one->all->part.loop));
}

static int holds(const struct session *one)
{
	return !one->ended && (one->tokens.refresh || session_valid(one));
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

struct session *session_of(
    const struct sessions *s, const unsigned char identity[HASH_SHA256])
{
	size_t i = index_of(s, identity);

	return i < s->n && holds(s->at[i]) ? s->at[i] : NULL;
}

const struct session *sessions_find(
    const struct sessions *s, const unsigned char identity[HASH_SHA256])
{
	return session_of(s, identity);
}

/* --- ends */

/* Removes one, silently. */
static struct session *cut(struct sessions *s, size_t i)
{
	struct session *one = s->at[i];

	s->n--;
	memmove(&s->at[i], &s->at[i + 1], (s->n - i) * sizeof(s->at[0]));
	return one;
}

void session_forget(struct sessions *s, size_t i)
{
	session_free(cut(s, i));
	session_schedule(s);
}

/* Callbacks may reenter and change anything. */
static void drop(struct sessions *s, size_t i, const char *why)
{
	struct session *one = s->at[i];
	unsigned char identity[HASH_SHA256];
	struct waits waits = {0};
	struct err e;

	if (one->ended) {
		session_forget(s, i);
		return;
	}
	(void)cut(s, i);
	memcpy(identity, one->identity, sizeof(identity));
	(void)session_none(one->id, &e);
	log_info(s->part.log, "the session of %s is gone: %s", one->id, why);
	waits_take(&one->waits, &waits);
	session_abandon(one, 1);
	session_free(one);
	session_schedule(s);
	tell(s, identity, 0);
	session_tell(s, identity, &waits, &e);
}

void session_end(struct session *one, int64_t when, int revoke, const char *why,
    const struct err *e)
{
	struct sessions *s = one->all;
	unsigned char identity[HASH_SHA256];
	struct waits waits = {0};

	memcpy(identity, one->identity, sizeof(identity));
	log_info(s->part.log, "the session of %s has ended: %s", one->id, why);
	waits_take(&one->waits, &waits);
	session_abandon(one, revoke);
	backoff_clear(&one->trouble);
	one->ended = when;
	session_schedule(s);
	tell(s, identity, 0);
	session_tell(s, identity, &waits, e);
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

/* A refresh token whose access tokens are refused is useless. */
void sessions_drop_token(struct sessions *s,
    const unsigned char identity[HASH_SHA256], uint64_t serial)
{
	struct session *one = session_of(s, identity);
	struct err e;

	if (!one || one->serial != serial)
		return;
	(void)session_none(one->id, &e);
	session_end(one, loop_wall(s->part.loop), one->tokens.refresh != NULL,
	    "its server does not accept it any more", &e);
}

/* --- beginnings */

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

/* Left by an earlier login at that server, or by an edit of its file, after
 * which nothing would request it again. */
static int replaced(const struct session *old, const struct session *one)
{
	return strcmp(old->id, one->id) == 0 ||
	       memcmp(old->identity, one->identity, HASH_SHA256) == 0;
}

/* The slot of an ended one, else of the oldest. */
static void make_room(struct sessions *s)
{
	size_t least = 0;

	if (s->n < SESSION_MAX)
		return;
	for (size_t i = 1; i < s->n; i++) {
		const struct session *one = s->at[i], *least_one = s->at[least];
		int ended = one->ended != 0,
		    least_ended = least_one->ended != 0;

		if (ended > least_ended ||
		    (ended == least_ended &&
			one->login_serial < least_one->login_serial))
			least = i;
	}
	drop(s, least, "there are too many");
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

/* Takes over from an earlier login, whose tokens are dropped; its waiters now
 * wait for the new ones.
 *
 * The server is not told: many would then revoke everything the person granted
 * to this client, including the new login (the portal of IAM Identity Center
 * ends the person's session; RFC 7009, section 2.1, lets others end the grant
 * that both rest on). */
static void succeed(struct session *one, struct session *old)
{
	waits_take(&old->waits, &one->waits);
	session_abandon(old, 0);
	session_free(old);
}

static void replace_old(struct sessions *s, struct session *one)
{
	size_t i = 0;

	while (i < s->n) {
		const struct session *old = s->at[i];

		if (!replaced(old, one)) {
			i++;
		} else if (memcmp(old->identity, one->identity, HASH_SHA256) !=
			   0) {
			drop(s, i, "its server is another one now");
			i = 0;
		} else {
			/* No callback: there still is one. */
			succeed(one, cut(s, i));
		}
	}
}

int sessions_put(struct sessions *s, const struct catalog_entry *server,
    struct provider_tokens *take_tokens, struct err *e)
{
	struct session *one = make(server);
	unsigned char identity[HASH_SHA256];
	struct waits waits = {0};

	if (!one) {
		provider_tokens_release(take_tokens);
		return err_set(
		    e, ERR_NOMEM, "the broker has no memory for a session");
	}
	one->all = s;
	one->tokens = *take_tokens;
	memset(take_tokens, 0, sizeof(*take_tokens));
	if (one->tokens.expires)
		one->life = one->tokens.expires - loop_wall(s->part.loop);
	one->used = loop_now(s->part.loop);
	replace_old(s, one);
	make_room(s);
	one->serial = one->login_serial = ++s->serial;
	insert(s, one);
	session_schedule(s);
	log_info(s->part.log, "there is a session of %s", one->id);
	memcpy(identity, one->identity, sizeof(identity));
	waits_take(&one->waits, &waits);
	tell(s, identity, 1);
	session_tell(s, identity, &waits, NULL);
	return 0;
}

/* --- looking */

int64_t session_ended(const struct session *s)
{
	/* Its timer may have stopped during a suspend. */
	return s->ended || holds(s) ? s->ended : s->tokens.expires;
}

int session_stale(const struct session *s)
{
	const struct upstream *part = &s->all->part;
	struct catalog_entry found;

	return s->ended && (loop_wall(part->loop) >= s->ended + SESSION_TOLD ||
			       catalog_identified(part->catalog, s->identity,
				   &found, NULL) == ERR_NOT_FOUND);
}

const struct session *sessions_at(const struct sessions *s, size_t i)
{
	for (size_t k = 0; k < s->n; k++)
		if (!session_stale(s->at[k]) && i-- == 0)
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
	return session_valid(s) ? s->tokens.access : NULL;
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

uint64_t session_login_serial(const struct session *s)
{
	return s->login_serial;
}
