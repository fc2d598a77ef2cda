/*
 * Renews a session (RFC 6749, section 6): one call at a time, its waiters, and
 * what its answer means.
 *
 * A server that rotates refresh tokens treats one sent twice as stolen, and
 * revokes everything from that login (RFC 9700, section 4.14.2).  So one that
 * was replaced is never sent again.  If the answer was lost, we can't tell
 * whether the server has replaced it.  We retry: far more often it was the
 * request that was lost, and not retrying would end the session anyway.
 */

#include "broker/sessions/kept.h"

#include <stdlib.h>
#include <string.h>

#include "base/core/text.h"
#include "broker/kinds/pieces.h"
#include "broker/servers/registration.h"
#include "broker/sessions/revoke.h"
#include "net/http/words.h"
#include "net/runtime/log.h"

struct renewal {
	struct sessions *all;
	/* One of these holds the tokens used: its session or, if that is gone,
	 * the pending revocation. */
	struct session *session;
	struct revoke *revoke;
	unsigned char identity[HASH_SHA256];
	struct http_call *call;
	struct loop_timer late;	   /* once there is no session */
	LIST_ENTRY(renewal) entry; /* likewise */
};

/* --- waiters */

void session_tell(struct sessions *s, const unsigned char identity[HASH_SHA256],
    struct waits *waits, const struct err *e)
{
	struct session_wait *w;

	while ((w = waits_next(waits))) {
		if (e)
			w->fn(w->arg, NULL, e);
		else /* the new tokens may be gone already */
			sessions_ask(s, identity, 0, w);
	}
}

/* --- the call */

/* RFC 6749, section 10.4: a refresh token is bound to its client. */
static struct provider_flow flow_of(const struct provider_tokens *t)
{
	return (struct provider_flow){
	    .client = &t->client, .refresh = t->refresh};
}

static void note(
    struct session *one, const struct err *why, int64_t retry_after)
{
	int64_t now = loop_now(one->all->part.loop);

	one->renew_from = now + backoff_note(&one->trouble, now, why,
				    retry_after, SESSION_DENIED);
	session_schedule(one->all);
}

/* Replaces the current tokens by the new ones. */
static void replace(struct provider_tokens *to, struct provider_tokens *take)
{
	secret_free(to->access);
	to->access = take->access;
	to->expires = take->expires;
	take->access = NULL;
	if (take->refresh) {
		secret_free(to->refresh);
		to->refresh = take->refresh;
		take->refresh = NULL;
	}
	provider_tokens_release(take);
}

static void renewed(struct session *one, struct provider_tokens *t)
{
	struct sessions *s = one->all;
	unsigned char identity[HASH_SHA256];
	struct waits waits = {0};
	int64_t wall = loop_wall(s->part.loop);

	replace(&one->tokens, t);
	one->serial = ++s->serial;
	one->life = one->tokens.expires ? one->tokens.expires - wall : 0;
	one->renew_from = loop_now(s->part.loop) + SESSION_BETWEEN;
	backoff_clear(&one->trouble);
	log_info(s->part.log, "the session of %s is renewed", one->id);
	session_schedule(s);
	memcpy(identity, one->identity, sizeof(identity));
	waits_take(&one->waits, &waits);
	session_tell(s, identity, &waits, NULL);
}

/* The refresh token, or the client it is bound to, is no longer valid. */
static void refused(struct session *one, const struct err *why)
{
	struct err e = *why;

	e.code = ERR_LOGIN;
	if (!e.run)
		(void)provider_say_login(&e, ERR_LOGIN, one->id);
	session_end(one, loop_wall(one->all->part.loop), 0,
	    "its server does not renew it", &e);
}

static void kept(
    struct session *one, const struct err *why, int64_t retry_after)
{
	struct sessions *s = one->all;
	unsigned char identity[HASH_SHA256];
	struct waits waits = {0};

	log_warn(s->part.log, "the session of %s could not be renewed: %s",
	    one->id, why->msg);
	note(one, why, retry_after);
	memcpy(identity, one->identity, sizeof(identity));
	waits_take(&one->waits, &waits);
	session_tell(s, identity, &waits, why);
}

/* The server has forgotten the client.  No login may use it any more: a browser
 * sent off with it would never come back. */
static void forget_client(
    struct sessions *s, const struct provider_at *at, const char *id)
{
	static const enum servers_grant grants[] = {
	    SERVERS_CODE, SERVERS_DEVICE};

	for (size_t i = 0; s->part.registrations && id && i < 2; i++) {
		struct provider_client c;

		if (!registration_find(s->part.registrations, at->server,
			grants[i], at->now, &c))
			continue;
		if (strcmp(c.id, id) == 0)
			registration_drop(
			    s->part.registrations, at->server, grants[i]);
		provider_client_release(&c);
	}
}

/* Parses the answer to a request with these tokens; returns what token_take()
 * does. */
static int read_answer(struct renewal *r, const struct provider_tokens *asked,
    const struct http_answer *a, struct provider_tokens *t, struct err *e)
{
	const struct provider_flow flow = flow_of(asked);
	const struct provider *p;
	struct provider_at at;
	int rc;

	memset(t, 0, sizeof(*t));
	rc = upstream_find(&r->all->part, r->identity, &at, &p, e);
	if (rc < 0)
		return rc;
	rc = p->token_take(&at, &flow, a, t, e);
	if (rc == PROVIDER_CLIENT)
		forget_client(r->all, &at, asked->client.id);
	if (rc == PROVIDER_PENDING || rc == PROVIDER_SLOWER)
		return err_set(e, ERR_UPSTREAM,
		    "the server answered as to another question. Try again "
		    "later");
	return rc;
}

/* Nothing refers to it any more. */
static void free_renewal(struct renewal *r)
{
	loop_disarm(r->all->part.loop, &r->late);
	http_cancel(r->call);
	free(r);
}

/* There was a logout or another login since the request. */
static void end_orphan(struct renewal *r, const struct http_answer *a)
{
	struct revoke *revoke = r->revoke;
	struct provider_tokens t;
	struct err e;

	if (a && read_answer(r, revoke_tokens(revoke), a, &t, &e) == 0)
		replace(revoke_tokens(revoke), &t);
	LIST_REMOVE(r, entry);
	free_renewal(r);
	revoke_go(revoke);
}

static void answered(
    void *arg, const struct http_answer *a, const struct err *failed)
{
	struct renewal *r = arg;
	struct session *one = r->session;
	struct provider_tokens t = {.access = NULL};
	struct err why;
	int rc;

	r->call = NULL;
	if (!one) {
		end_orphan(r, a);
		return;
	}
	if (a) {
		rc = read_answer(r, &one->tokens, a, &t, &why);
	} else {
		why = *failed;
		rc = why.code;
	}
	one->renewal = NULL;
	free_renewal(r);
	if (rc == 0)
		renewed(one, &t);
	else if (rc == ERR_LOGIN || rc == PROVIDER_CLIENT)
		refused(one, &why);
	else
		kept(one, &why, a ? a->retry_after : -1);
}

static int start(struct session *one, struct renewal *r, struct err *e)
{
	struct sessions *s = one->all;
	const struct provider_flow flow = flow_of(&one->tokens);
	const struct provider *p;
	struct provider_at at;
	struct http_ask ask;
	int rc;

	rc = upstream_find(&s->part, one->identity, &at, &p, e);
	if (rc < 0)
		return rc;
	rc = p->token_ask(&at, &flow, &ask, e);
	if (rc < 0)
		return rc;
	rc = http_start(s->part.http, &ask, answered, r, &r->call, e);
	if (rc < 0)
		r->call = NULL;
	return rc;
}

/* Records any failure: otherwise it would be retried in each round of the
 * loop. */
int session_renew(struct session *one, struct err *e)
{
	struct renewal *r = calloc(1, sizeof(*r));
	int rc;

	if (!r) {
		rc = err_set(e, ERR_NOMEM,
		    "the broker has no memory to renew a session");
		note(one, e, -1);
		return rc;
	}
	r->all = one->all;
	r->session = one;
	memcpy(r->identity, one->identity, sizeof(r->identity));
	r->late.arg = r;
	rc = start(one, r, e);
	if (rc < 0) {
		free_renewal(r);
		note(one, e, -1);
		return rc;
	}
	one->renewal = r;
	return 0;
}

/* --- without its session */

static void late(void *arg)
{
	end_orphan(arg, NULL);
}

void session_abandon(struct session *one, int revoke)
{
	struct sessions *s = one->all;
	struct renewal *r = one->renewal;
	struct revoke *how = NULL;

	if (revoke)
		how = revoke_new(
		    s->revokes, one->id, one->identity, &one->tokens);
	else
		provider_tokens_release(&one->tokens);
	if (!r) {
		if (how)
			revoke_go(how);
		return;
	}
	one->renewal = NULL;
	if (!how) {
		free_renewal(r);
		return;
	}
	r->session = NULL;
	r->revoke = how;
	r->late.fn = late;
	LIST_INSERT_HEAD(&s->orphans, r, entry);
	loop_arm(s->part.loop, &r->late, REVOKE_MS);
}

void session_drop_orphans(struct sessions *s)
{
	struct renewal *r;

	while ((r = LIST_FIRST(&s->orphans))) {
		LIST_REMOVE(r, entry);
		free_renewal(r);
	}
}

/* --- requests */

/* For a renewable session.  insist: despite earlier failures. */
static void wait_for(struct session *one, int insist, struct session_wait *w)
{
	int64_t now = loop_now(one->all->part.loop);
	struct err e = {.code = 0};

	if (one->renewal)
		;
	else if (!insist && backoff_left(&one->trouble, now) > 0)
		e = *one->trouble.what;
	else
		(void)!session_renew(one, &e);
	if (e.code)
		w->fn(w->arg, NULL, &e);
	else
		waits_add(&one->waits, &w->wait);
}

/* The session, with a use recorded; NULL: w has been told that there is
 * none. */
static struct session *use(struct sessions *s,
    const unsigned char identity[HASH_SHA256], struct session_wait *w)
{
	struct session *one = session_of(s, identity);
	struct catalog_entry found;
	struct err e;

	w->wait = (struct wait){0};
	session_notice_jump(s);
	if (one) {
		session_used(one, loop_now(s->part.loop));
		return one;
	}
	if (catalog_identified(s->part.catalog, identity, &found, &e) == 0)
		(void)session_none(found.server->id, &e);
	w->fn(w->arg, NULL, &e);
	return NULL;
}

void sessions_ask(struct sessions *s, const unsigned char identity[HASH_SHA256],
    uint64_t refused_serial, struct session_wait *w)
{
	struct session *one = use(s, identity, w);
	struct err e;

	if (!one)
		return;
	if (one->serial == refused_serial) {
		if (!one->tokens.refresh) {
			(void)session_none(one->id, &e);
			w->fn(w->arg, NULL, &e);
			return;
		}
		secret_free(one->tokens.access);
		one->tokens.access = NULL;
	}
	if (session_valid(one))
		w->fn(w->arg, one, NULL);
	else
		wait_for(one, 0, w);
}

void sessions_renew(struct sessions *s,
    const unsigned char identity[HASH_SHA256], struct session_wait *w)
{
	struct session *one = use(s, identity, w);
	struct buf word = BUF_INIT(WORDS_NAME);
	char name[WORDS_NAME];
	struct err e;

	if (!one)
		return;
	if (one->tokens.refresh) {
		wait_for(one, 1, w);
		return;
	}
	text_word(&word, one->id, strlen(one->id));
	(void)err_set(&e, ERR_DENIED,
	    "the session of %s can't be renewed: its server gave no refresh "
	    "token. For another one, run: mairu login --force %s",
	    words_shown(one->id, name), buf_str(&word));
	buf_release(&word);
	w->fn(w->arg, NULL, &e);
}

void sessions_use(
    struct sessions *s, const unsigned char identity[HASH_SHA256], int64_t at)
{
	struct session *one = session_of(s, identity);

	if (one)
		session_used(one, at);
}
