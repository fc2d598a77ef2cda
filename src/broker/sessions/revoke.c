#include "broker/sessions/revoke.h"

#include <stdlib.h>
#include <string.h>

#include "broker/servers/metadata.h"
#include "broker/sessions/kept.h"
#include "net/runtime/log.h"

enum state {
	HELD,	/* until revoke_go() */
	QUEUED, /* until one in progress ends */
	UNDER_WAY,
	OVER, /* waiters are called in the loop's next round */
};

struct revoke {
	struct revokes *all;
	unsigned char identity[HASH_SHA256];
	struct provider_tokens tokens;
	enum state state;
	struct http_call *call;
	struct metadata *metadata; /* fetched to find the endpoint */
	struct loop_timer timer;
	struct err why; /* code 0: success */
	struct waits waits;
	TAILQ_ENTRY(revoke) entry; /* in order of creation */
	char id[];
};

static void told(void *arg);
static void late(void *arg);

int revokes_new(struct revokes **out, const struct upstream *up, struct err *e)
{
	struct revokes *r = calloc(1, sizeof(*r));

	*out = r;
	if (!r)
		return err_set(e, ERR_NOMEM, "out of memory");
	r->part = up;
	TAILQ_INIT(&r->list);
	return 0;
}

static void destroy(struct revoke *r)
{
	while (waits_next(&r->waits))
		;
	http_cancel(r->call);
	metadata_cancel(r->metadata);
	loop_disarm(r->all->part->loop, &r->timer);
	provider_tokens_release(&r->tokens);
	TAILQ_REMOVE(&r->all->list, r, entry);
	r->all->n--;
	free(r);
}

void revokes_free(struct revokes *all)
{
	struct revoke *r, *next;

	if (!all)
		return;
	for (r = TAILQ_FIRST(&all->list); r; r = next) {
		next = TAILQ_NEXT(r, entry);
		destroy(r);
	}
	free(all);
}

/* --- creation */

static int has_way(
    struct revokes *all, const unsigned char identity[HASH_SHA256])
{
	const struct provider *p;
	struct provider_at at;
	struct err e;

	/* If it can't be found, that is reported later. */
	return upstream_find(all->part, identity, &at, &p, &e) < 0 ||
	       p->revoke_ask;
}

struct revoke *revoke_new(struct revokes *all, const char *id,
    const unsigned char identity[HASH_SHA256],
    struct provider_tokens *take_tokens)
{
	size_t len = strlen(id) + 1;
	struct revoke *r = NULL;

	if ((take_tokens->access || take_tokens->refresh) &&
	    all->n < REVOKE_MAX && has_way(all, identity))
		r = calloc(1, sizeof(*r) + len);
	if (!r) {
		provider_tokens_release(take_tokens);
		return NULL;
	}
	r->all = all;
	memcpy(r->identity, identity, HASH_SHA256);
	memcpy(r->id, id, len);
	r->tokens = *take_tokens;
	memset(take_tokens, 0, sizeof(*take_tokens));
	r->timer.arg = r;
	TAILQ_INSERT_TAIL(&all->list, r, entry);
	all->n++;
	return r;
}

struct provider_tokens *revoke_tokens(struct revoke *r)
{
	return &r->tokens;
}

/* --- its end */

static void begin_next(struct revokes *all);

/* There will be no retry: say what that means instead. */
static void say_left(struct revoke *r, const struct err *e)
{
	static const char again[] = ". Try again later";
	size_t len = strlen(e->msg), tail = sizeof(again) - 1;

	if (len >= tail && strcmp(e->msg + len - tail, again) == 0)
		len -= tail;
	(void)err_set(&r->why, e->code,
	    "%.*s%s The session may live on there until it expires", (int)len,
	    e->msg, len && e->msg[len - 1] == '?' ? "" : ".");
	r->why.sys_errno = e->sys_errno;
}

/* Wipes the tokens at once; e NULL: success. */
static void end(struct revoke *r, const struct err *e)
{
	struct revokes *all = r->all;

	if (e) {
		log_warn(all->part->log, "%s could not be told of a logout: %s",
		    r->id, e->msg);
		say_left(r, e);
	} else {
		log_info(
		    all->part->log, "the tokens of %s are done with", r->id);
	}
	provider_tokens_release(&r->tokens);
	r->call = NULL;
	r->state = OVER;
	r->timer.fn = told;
	loop_arm(all->part->loop, &r->timer, 0);
	all->under_way--;
}

static void told(void *arg)
{
	struct revoke *r = arg;
	struct revokes *all = r->all;
	struct revoke_wait *w;

	while ((w = waits_next(&r->waits)))
		w->fn(w->arg, r->why.code ? &r->why : NULL);
	destroy(r);
	begin_next(all);
}

static void late(void *arg)
{
	struct revoke *r = arg;
	struct err e;

	http_cancel(r->call);
	metadata_cancel(r->metadata);
	r->metadata = NULL;
	(void)err_set(&e, ERR_TIMEOUT, "it has not answered within %d seconds",
	    REVOKE_MS / 1000);
	end(r, &e);
}

/* --- the calls */

static void revoked(
    void *arg, const struct http_answer *a, const struct err *failed)
{
	struct revoke *r = arg;
	const struct provider *p;
	struct provider_at at;
	struct err e;

	r->call = NULL;
	if (!a)
		end(r, failed);
	else if (upstream_find(r->all->part, r->identity, &at, &p, &e) < 0 ||
		 p->revoke_take(&at, a, &e) < 0)
		end(r, &e);
	else
		end(r, NULL);
}

static void have_metadata(
    void *arg, const struct http_answer *a, const struct err *failed);

/* Sends the next request: 0, ERR_NOT_FOUND (the server has no way to be told),
 * or another error. */
static int ask(
    struct revoke *r, const struct http_answer *metadata, struct err *e)
{
	struct http *http = r->all->part->http;
	const struct provider *p;
	struct provider_at at;
	struct http_ask what;
	int rc;

	rc = upstream_find(r->all->part, r->identity, &at, &p, e);
	if (rc == ERR_NOT_FOUND)
		return err_set(e, ERR_UPSTREAM,
		    "its file is gone, or was changed since the login");
	if (rc < 0)
		return rc;
	rc = p->revoke_ask(&at, &r->tokens, metadata, &what, e);
	if (rc == ERR_NOT_FOUND && !metadata)
		return metadata_start(
		    http, p, &at, have_metadata, r, &r->metadata, e);
	if (rc < 0)
		return rc;
	rc = http_start(http, &what, revoked, r, &r->call, e);
	if (rc < 0)
		r->call = NULL;
	return rc;
}

static void go_on(struct revoke *r, const struct http_answer *metadata)
{
	struct err e;
	int rc = ask(r, metadata, &e);

	if (rc < 0)
		end(r, rc == ERR_NOT_FOUND ? NULL : &e);
}

static void have_metadata(
    void *arg, const struct http_answer *a, const struct err *failed)
{
	struct revoke *r = arg;

	r->metadata = NULL;
	if (a)
		go_on(r, a);
	else
		end(r, failed);
}

static void begin_next(struct revokes *all)
{
	struct revoke *r;

	TAILQ_FOREACH(r, &all->list, entry)
	{
		if (all->under_way >= REVOKE_AT_ONCE)
			return;
		if (r->state != QUEUED)
			continue;
		r->state = UNDER_WAY;
		all->under_way++;
		r->timer.fn = late;
		loop_arm(all->part->loop, &r->timer, REVOKE_MS);
		go_on(r, NULL);
	}
}

void revoke_go(struct revoke *r)
{
	r->state = QUEUED;
	begin_next(r->all);
}

/* --- waiters */

int revoke_join(struct revokes *all, const unsigned char identity[HASH_SHA256],
    struct revoke_wait *w)
{
	struct revoke *r;

	w->wait = (struct wait){0};
	TAILQ_FOREACH_REVERSE(r, &all->list, revoke_list, entry)
	if (memcmp(r->identity, identity, HASH_SHA256) == 0)
		break;
	if (!r)
		return 0;
	waits_add(&r->waits, &w->wait);
	return 1;
}
