/*
 * Keeps credentials fresh: renews them ahead while in use, and wipes them once
 * expired.
 */

#include "broker/roles/kept.h"

#include "net/runtime/log.h"

int role_in_use(const struct role *role)
{
	return loop_now(role->all->part.loop) - role->used < RENEW_TIME_IDLE;
}

void role_used(struct role *role)
{
	struct roles *r = role->all;
	int was_idle = !role_in_use(role);

	role->used = loop_now(r->part.loop);
	if (TAILQ_FIRST(&r->use) != role) {
		TAILQ_REMOVE(&r->use, role, use);
		TAILQ_INSERT_HEAD(&r->use, role, use);
	}
	if (was_idle && role->c.body)
		roles_schedule(r);
}

static int due(const struct role *role)
{
	const struct loop *l = role->all->part.loop;

	return role->c.body && !role_busy(role) && role_in_use(role) &&
	       loop_now(l) >= role->renew_from &&
	       loop_wall(l) >= credential_renew_at(&role->c) &&
	       (role->chain ||
		   sessions_find(role->all->part.sessions, role->identity));
}

void role_renew(struct role *role)
{
	struct roles *r = role->all;
	struct catalog_entry server;
	struct err e;

	if (!due(role))
		return;
	if (catalog_identified(r->part.catalog, role->identity, &server, &e) <
		0 ||
	    role_call(role, &server, &e) < 0)
		log_info(r->part.log, "a role is not renewed: %s", e.msg);
}

/* Lowers *next to the seconds until it needs a check. */
static void until(const struct role *role, int64_t *next)
{
	const struct loop *l = role->all->part.loop;
	int64_t wall = loop_wall(l), now = loop_now(l), at, later;

	/* The first second in which it is not valid. */
	at = role->c.expires - CREDENTIAL_LEFT + 1 - wall;
	*next = at < *next ? at : *next;
	if (!role_in_use(role) || role_busy(role))
		return;
	at = credential_renew_at(&role->c) - wall;
	later = (role->renew_from - now + 999) / 1000;
	if (at < later)
		at = later;
	/* Due, but no session or no such server: retry once a minute. */
	if (at <= 0)
		at = RENEW_TIME_NAP_IN_USE;
	*next = at < *next ? at : *next;
}

void roles_schedule(struct roles *r)
{
	int64_t next = RENEW_TIME_NAP_UNUSED;
	const struct role *role;
	int any = 0;

	TAILQ_FOREACH(role, &r->use, use)
	{
		if (!role->c.body)
			continue;
		any = 1;
		if (role_in_use(role) && next > RENEW_TIME_NAP_IN_USE)
			next = RENEW_TIME_NAP_IN_USE;
		until(role, &next);
	}
	if (any)
		loop_arm(r->part.loop, &r->timer, next * 1000);
	else
		loop_disarm(r->part.loop, &r->timer);
}

/* Its server's file is gone or has changed. */
static int is_stale(const struct role *role)
{
	struct catalog_entry server;

	return due(role) && catalog_identified(role->all->part.catalog,
				role->identity, &server, NULL) == ERR_NOT_FOUND;
}

static int look_at_clocks(struct roles *r)
{
	if (!renew_time_jumped(&r->clocks, r->part.loop))
		return 0;
	/* The known offset no longer holds. */
	r->sts_ahead = 0;
	r->clock++;
	return 1;
}

void roles_turn(void *arg)
{
	struct roles *r = arg;
	struct role *role;
	int changed = 0;

	(void)look_at_clocks(r);
	TAILQ_FOREACH(role, &r->use, use)
	{
		if (!role->c.body)
			continue;
		/* Using its roles counts as using the session. */
		sessions_use(r->part.sessions, role->identity, role->used);
		if (role_valid(role) && !is_stale(role))
			role_renew(role);
		else
			changed |= role_wipe(role);
	}
	roles_schedule(r);
	if (changed)
		roles_changed(r);
}

void roles_notice_jump(struct roles *r)
{
	if (look_at_clocks(r) && !TAILQ_EMPTY(&r->use))
		loop_arm(r->part.loop, &r->timer, 0);
}
