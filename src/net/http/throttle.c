#include "net/http/throttle.h"

#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "base/core/bytes.h"

enum {
	MAX_CALLS = 2048, /* running and queued, in all lines */
	SECOND = 1000,
	MOST_MS = 30 * SECOND, /* time limit of a call, from its first try */
	/* The same on trouble: a user is waiting, and may be able to fix it. */
	TROUBLE_MS = 12 * SECOND,
	RANKS = 2,
};

TAILQ_HEAD(call_list, throttle_call);

/* The calls to one server. */
struct line {
	struct throttle *pace;
	TAILQ_ENTRY(line) entry;
	const struct throttle_rule *rule;
	unsigned char identity[HASH_SHA256];
	struct call_list waiting[RANKS];
	size_t n; /* queued and running */
	size_t under_way;
	int64_t resume; /* nothing starts before this */
	struct loop_timer turn;
	int64_t free_at[]; /* one per call that fits in a second */
};

struct throttle {
	struct loop *loop;
	struct http *http;
	size_t n;
	TAILQ_HEAD(line_list, line) lines;
	struct call_list calls; /* running calls */
	struct call_list apart; /* calls waiting for trouble to pass */
};

struct throttle_call {
	struct throttle *pace;
	struct line *line; /* NULL: not throttled */
	enum throttle_rank rank;
	TAILQ_ENTRY(throttle_call)
	entry;			/* in waiting[], calls or apart */
	struct http_call *http; /* NULL while queued */
	struct http_ask ask;	/* kept for another try */
	unsigned tries;
	unsigned troubles;	  /* of those */
	struct loop_timer passed; /* in apart: armed */
	int is_apart;
	unsigned room; /* index in free_at[], while running */
	int64_t first; /* time of the first try */
	http_done *done;
	void *arg;
};

int throttle_new(
    struct throttle **out, struct loop *loop, struct http *http, struct err *e)
{
	struct throttle *p = calloc(1, sizeof(*p));

	*out = p;
	if (!p)
		return err_set(e, ERR_NOMEM, "out of memory");
	p->loop = loop;
	p->http = http;
	TAILQ_INIT(&p->lines);
	TAILQ_INIT(&p->calls);
	TAILQ_INIT(&p->apart);
	return 0;
}

/* --- lines */

static void turn(void *arg);

static void release(struct throttle_call *c)
{
	http_ask_release(&c->ask);
	free(c);
}

static struct line *line_of(struct throttle *p,
    const struct throttle_rule *rule, const unsigned char identity[HASH_SHA256])
{
	struct line *l;

	TAILQ_FOREACH(l, &p->lines, entry)
	if (memcmp(l->identity, identity, HASH_SHA256) == 0)
		return l;
	l = calloc(1, sizeof(*l) + rule->per_second * sizeof(l->free_at[0]));
	if (!l)
		return NULL;
	l->pace = p;
	l->rule = rule;
	memcpy(l->identity, identity, HASH_SHA256);
	for (int i = 0; i < RANKS; i++)
		TAILQ_INIT(&l->waiting[i]);
	for (unsigned i = 0; i < rule->per_second; i++)
		l->free_at[i] = INT64_MIN;
	l->resume = INT64_MIN;
	l->turn.fn = turn;
	l->turn.arg = l;
	TAILQ_INSERT_TAIL(&p->lines, l, entry);
	return l;
}

/* The line must have no running calls and none in apart. */
static void line_free(struct line *l)
{
	struct throttle_call *c;

	for (int i = 0; i < RANKS; i++)
		while ((c = TAILQ_FIRST(&l->waiting[i]))) {
			TAILQ_REMOVE(&l->waiting[i], c, entry);
			release(c);
		}
	loop_disarm(l->pace->loop, &l->turn);
	TAILQ_REMOVE(&l->pace->lines, l, entry);
	free(l);
}

static struct throttle_call *first_of(const struct line *l)
{
	struct throttle_call *c = TAILQ_FIRST(&l->waiting[THROTTLE_ROLE]);

	return c ? c : TAILQ_FIRST(&l->waiting[THROTTLE_LIST]);
}

/* 1 if a new call must wait for a running one to end. */
static int is_full(const struct line *l)
{
	return l->under_way >= l->rule->at_once ||
	       l->under_way >= l->rule->per_second;
}

/* The slot that becomes free first. */
static unsigned first_room(const struct line *l)
{
	unsigned first = 0;

	for (unsigned i = 1; i < l->rule->per_second; i++)
		if (l->free_at[i] < l->free_at[first])
			first = i;
	return first;
}

/* The earliest time the rate allows another call. */
static int64_t opens(const struct line *l)
{
	int64_t at = l->free_at[first_room(l)];

	return at > l->resume ? at : l->resume;
}

/* Until when the line's history matters. */
static int64_t matters_until(const struct line *l)
{
	int64_t at = l->resume;

	for (unsigned i = 0; i < l->rule->per_second; i++)
		if (l->free_at[i] > at)
			at = l->free_at[i];
	return at;
}

/* Arms the timer for the next event, or frees a line whose history no longer
 * matters. */
static void schedule(struct line *l)
{
	struct loop *loop = l->pace->loop;
	int64_t now = loop_now(loop), at;

	if (first_of(l) && is_full(l)) {
		loop_disarm(loop, &l->turn);
		return;
	}
	at = first_of(l) ? opens(l) : matters_until(l);
	if (!l->n && at <= now)
		line_free(l);
	else if (first_of(l) || !l->n)
		loop_arm(loop, &l->turn, at > now ? at - now : 0);
	else
		loop_disarm(loop, &l->turn);
}

/* --- calls */

static struct call_list *list_of(const struct throttle_call *c)
{
	if (c->http)
		return &c->pace->calls;
	return c->is_apart ? &c->pace->apart : &c->line->waiting[c->rank];
}

/* Removes a call from whatever list it is in. */
static void leave(struct throttle_call *c)
{
	struct line *l = c->line;

	TAILQ_REMOVE(list_of(c), c, entry);
	loop_disarm(c->pace->loop, &c->passed);
	c->is_apart = 0;
	if (l && c->http) {
		l->under_way--;
		/* We don't know when the server counted it, only that it has by
		 * now: a second after its start may be too early. */
		l->free_at[c->room] = loop_now(l->pace->loop) + SECOND;
	}
	if (l)
		l->n--;
	c->pace->n--;
	c->http = NULL;
}

static int copy(struct http_ask *to, const struct http_ask *from)
{
	http_ask_init(to);
	to->content_type = from->content_type;
	to->head = from->head;
	buf_add(&to->url, from->url.data, from->url.len);
	buf_add(&to->headers, from->headers.data, from->headers.len);
	buf_add(&to->body, from->body.data, from->body.len);
	to->headers.failed |= from->headers.failed;
	if (!to->url.failed && !to->headers.failed && !to->body.failed)
		return 0;
	http_ask_release(to);
	return ERR_NOMEM;
}

static void answered(
    void *arg, const struct http_answer *a, const struct err *e);

/* Tries left, not counting this one. */
static unsigned tries_left(const struct throttle_call *c)
{
	const struct throttle_rule *r = c->line ? c->line->rule : NULL;
	unsigned most = r ? r->tries + r->more : 0;

	return most > c->tries ? most - c->tries : 0;
}

/* The last try gives away the kept ask. */
static int begin(struct throttle_call *c, struct err *e)
{
	struct http_ask ask;

	c->tries++;
	if (tries_left(c) == 0) {
		ask = c->ask;
		http_ask_init(&c->ask);
	} else if (copy(&ask, &c->ask) < 0) {
		return err_set(e, ERR_NOMEM, "out of memory");
	}
	return http_start(c->pace->http, &ask, answered, c, &c->http, e);
}

/* Starts a call that is in no list. */
static int start(struct throttle_call *c, struct err *e)
{
	struct line *l = c->line;
	int rc = begin(c, e);

	if (rc < 0)
		return rc;
	TAILQ_INSERT_TAIL(&c->pace->calls, c, entry);
	if (!l)
		return 0;
	if (c->tries == 1)
		c->first = loop_now(c->pace->loop);
	l->under_way++;
	c->room = first_room(l);
	l->free_at[c->room] = INT64_MAX;
	return 0;
}

static int is_open(const struct line *l)
{
	return !is_full(l) && opens(l) <= loop_now(l->pace->loop);
}

/* Starts one call only, since a failure callback may cancel any other. */
static void turn(void *arg)
{
	struct line *l = arg;
	struct throttle_call *c = first_of(l);
	http_done *done;
	struct err e;

	if (!c || !is_open(l)) {
		schedule(l);
		return;
	}
	TAILQ_REMOVE(&l->waiting[c->rank], c, entry);
	if (start(c, &e) == 0) {
		schedule(l);
		return;
	}
	l->n--;
	l->pace->n--;
	schedule(l);
	done = c->done;
	arg = c->arg;
	release(c);
	done(arg, NULL, &e);
}

/* How long to wait after a refusal. */
static int64_t wait_for(
    const struct throttle_call *c, const struct http_answer *a)
{
	int64_t ms = c->line->rule->try_ms;

	for (unsigned i = 1; i < c->tries - c->troubles && ms < MOST_MS; i++)
		ms *= 2;
	if (a->retry_after > MOST_MS / SECOND)
		return MOST_MS;
	if (a->retry_after * SECOND > ms)
		ms = a->retry_after * SECOND;
	return ms < MOST_MS ? ms : MOST_MS;
}

/* Queues it: after other retries, and before calls not yet tried. */
static void queue(struct throttle_call *c)
{
	struct line *l = c->line;
	struct throttle_call *other;

	TAILQ_FOREACH(other, &l->waiting[c->rank], entry)
	if (other->tries == 0)
		break;
	if (other)
		TAILQ_INSERT_BEFORE(other, c, entry);
	else
		TAILQ_INSERT_TAIL(&l->waiting[c->rank], c, entry);
	l->n++;
	c->pace->n++;
}

static enum throttle_no no_of(const struct throttle_rule *r,
    const struct http_answer *a, const struct err *e)
{
	if (!a)
		return e->code == ERR_UPSTREAM ? THROTTLE_TROUBLE
					       : THROTTLE_FINAL;
	switch (a->status) {
	case 429:
		return THROTTLE_TOO_MANY;
	case 500:
	case 502:
	case 503:
	case 504:
		return THROTTLE_TROUBLE;
	default:
		return a->status >= 400 && r->means ? r->means(a)
						    : THROTTLE_FINAL;
	}
}

/* All calls to the server wait. */
static int wait_for_room(struct throttle_call *c, const struct http_answer *a)
{
	struct line *l = c->line;
	int64_t now = loop_now(c->pace->loop), ms = wait_for(c, a);

	if (l->resume < now + ms)
		l->resume = now + ms;
	if (c->tries - c->troubles >= l->rule->tries ||
	    now - c->first + ms >= MOST_MS)
		return 0;
	leave(c);
	queue(c);
	return 1;
}

static void passed(void *arg)
{
	struct throttle_call *c = arg;

	leave(c);
	queue(c);
	schedule(c->line);
}

/* Only this call waits. */
static int wait_for_better(struct throttle_call *c, const struct http_answer *a)
{
	int64_t now = loop_now(c->pace->loop), ms;
	uint32_t chance;

	if (c->troubles >= c->line->rule->more)
		return 0;
	bytes_random(&chance, sizeof(chance));
	ms = chance % (((int64_t)SECOND << c->troubles) + 1);
	if (a && a->retry_after > 0 && ms < a->retry_after * SECOND)
		ms = a->retry_after * SECOND;
	if (now - c->first + ms >= TROUBLE_MS)
		return 0;
	c->troubles++;
	leave(c);
	c->is_apart = 1;
	TAILQ_INSERT_TAIL(&c->pace->apart, c, entry);
	c->line->n++;
	c->pace->n++;
	loop_arm(c->pace->loop, &c->passed, ms);
	return 1;
}

/* 1 if it is to be retried. */
static int again(
    struct throttle_call *c, const struct http_answer *a, const struct err *e)
{
	if (!c->line)
		return 0;
	switch (no_of(c->line->rule, a, e)) {
	case THROTTLE_TOO_MANY:
		return wait_for_room(c, a);
	case THROTTLE_TROUBLE:
		return wait_for_better(c, a);
	case THROTTLE_FINAL:
	default:
		return 0;
	}
}

static void answered(
    void *arg, const struct http_answer *a, const struct err *e)
{
	struct throttle_call *c = arg;
	struct line *l = c->line;
	http_done *done = c->done;

	if (again(c, a, e)) {
		schedule(l);
		return;
	}
	leave(c);
	if (l)
		schedule(l);
	arg = c->arg;
	release(c);
	done(arg, a, e);
}

/* Queues it, or starts it if nothing holds it back. */
static int enter(struct throttle_call *c, struct err *e)
{
	struct line *l = c->line;
	int rc = 0;

	if (l && (first_of(l) || !is_open(l)))
		TAILQ_INSERT_TAIL(&l->waiting[c->rank], c, entry);
	else
		rc = start(c, e);
	if (rc == 0) {
		c->pace->n++;
		if (l)
			l->n++;
	}
	if (l)
		schedule(l);
	return rc;
}

int throttle_start(struct throttle *p, const struct throttle_rule *rule,
    enum throttle_rank rank, const unsigned char identity[HASH_SHA256],
    struct http_ask *take_ask, http_done *done, void *arg,
    struct throttle_call **call, struct err *e)
{
	struct throttle_call *c = calloc(1, sizeof(*c));
	struct http_ask ask = *take_ask;
	int rc = 0;

	*call = NULL;
	http_ask_init(take_ask);
	if (!c) {
		http_ask_release(&ask);
		return err_set(e, ERR_NOMEM, "out of memory");
	}
	c->pace = p;
	c->rank = rank;
	c->ask = ask;
	c->done = done;
	c->arg = arg;
	c->passed.fn = passed;
	c->passed.arg = c;
	if (p->n >= MAX_CALLS)
		rc = err_set(e, ERR_BUSY, "too many requests wait. Try again");
	else if (rule && !(c->line = line_of(p, rule, identity)))
		rc = err_set(e, ERR_NOMEM, "out of memory");
	if (rc == 0)
		rc = enter(c, e);
	if (rc < 0)
		release(c);
	else
		*call = c;
	return rc;
}

void throttle_line(const unsigned char identity[HASH_SHA256], const char *name,
    unsigned char line[HASH_SHA256])
{
	const struct hash_part parts[] = {
	    {identity, HASH_SHA256}, {name, strlen(name)}};

	hash_sha256(parts, 2, line);
}

static void drop(struct throttle_call *c)
{
	struct http_call *http = c->http;

	leave(c);
	http_cancel(http);
	release(c);
}

void throttle_cancel(struct throttle_call *c)
{
	struct line *l;

	if (!c)
		return;
	l = c->line;
	drop(c);
	if (l)
		schedule(l);
}

void throttle_free(struct throttle *p)
{
	struct throttle_call *c;
	struct line *l;

	if (!p)
		return;
	while ((c = TAILQ_FIRST(&p->calls)) || (c = TAILQ_FIRST(&p->apart)))
		drop(c);
	while ((l = TAILQ_FIRST(&p->lines)))
		line_free(l);
	free(p);
}
