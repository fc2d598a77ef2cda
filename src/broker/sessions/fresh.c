/*
 * Keeps sessions fresh: renews them ahead while in use, wipes expired access
 * tokens, and in time forgets ended sessions.
 */

#include "broker/sessions/kept.h"

#include "net/runtime/log.h"

static int in_use(const struct session *one)
{
	const struct sessions *s = one->all;

	return loop_now(s->part.loop) - one->used < RENEW_TIME_IDLE ||
	       (s->held && s->held(s->held_arg, one->identity));
}

/* By the wall clock; -1: not ahead.  At once if there is no token. */
static int64_t renew_at(const struct session *one)
{
	const struct provider_tokens *t = &one->tokens;

	if (one->ended || !t->refresh || one->renewal ||
	    (t->access && !t->expires))
		return -1;
	return t->access ? renew_time_renew_at(t->expires, one->life) : 0;
}

static int due(const struct session *one)
{
	const struct loop *l = one->all->part.loop;
	int64_t at = renew_at(one);

	return at >= 0 && loop_wall(l) >= at &&
	       loop_now(l) >= one->renew_from && in_use(one);
}

/* Lowers *next to the seconds until it needs a check; 0 if it needs none. */
static int until(const struct session *one, int64_t *next)
{
	const struct provider_tokens *t = &one->tokens;
	const struct loop *l = one->all->part.loop;
	int64_t wall = loop_wall(l), end = INT64_MAX, at, later;
	int looked = 0;

	if (one->ended)
		end = one->ended + SESSION_TOLD;
	else if (t->access && t->expires)
		end = t->expires;
	if (end != INT64_MAX) {
		looked = 1;
		*next = end - wall < *next ? end - wall : *next;
	}
	at = renew_at(one);
	if (at < 0 || !in_use(one))
		return looked;
	at -= wall;
	later = (one->renew_from - loop_now(l) + 999) / 1000;
	if (at < later)
		at = later;
	if (at > RENEW_TIME_NAP_IN_USE)
		at = RENEW_TIME_NAP_IN_USE;
	*next = at < *next ? at : *next;
	return 1;
}

void session_schedule(struct sessions *s)
{
	int64_t next = RENEW_TIME_NAP_UNUSED;
	int any = 0;

	for (size_t i = 0; i < s->n; i++)
		any |= until(s->at[i], &next);
	if (any)
		loop_arm(s->part.loop, &s->timer, next > 0 ? next * 1000 : 0);
	else
		loop_disarm(s->part.loop, &s->timer);
}

/* 1: callbacks ran, and anything may have changed. */
static int look_at(struct sessions *s, size_t i)
{
	struct session *one = s->at[i];
	struct err e;

	if (!one->ended && !session_valid(one) && !one->tokens.refresh) {
		(void)session_none(one->id, &e);
		session_end(one, one->tokens.expires, 0, "it has expired", &e);
		return 1;
	}
	if (!one->ended && !session_valid(one)) {
		secret_free(one->tokens.access);
		one->tokens.access = NULL;
	}
	if (due(one) && session_renew(one, &e) < 0)
		log_info(s->part.log, "the session of %s is not renewed: %s",
		    one->id, e.msg);
	return 0;
}

void session_turn(void *arg)
{
	struct sessions *s = arg;
	size_t i = 0;

	while (i < s->n) {
		if (session_stale(s->at[i]))
			session_forget(s, i);
		else if (look_at(s, i))
			i = 0;
		else
			i++;
	}
	session_schedule(s);
}

void session_used(struct session *one, int64_t at)
{
	int64_t now = loop_now(one->all->part.loop);
	int was_idle = now - one->used >= RENEW_TIME_IDLE;

	if (at > one->used)
		one->used = at;
	if (was_idle && now - at < RENEW_TIME_IDLE)
		session_schedule(one->all);
}

void session_notice_jump(struct sessions *s)
{
	if (renew_time_jumped(&s->clocks, s->part.loop) && s->n > 0)
		loop_arm(s->part.loop, &s->timer, 0);
}
