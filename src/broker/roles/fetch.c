/*
 * Fetches the credentials of one role: the call, its result, and how long a
 * failure is remembered.
 */

#include "broker/roles/kept.h"

#include <stdlib.h>
#include <string.h>

#include "broker/kinds/pieces.h"
#include "net/http/words.h"
#include "net/runtime/log.h"

/* --- telling */

int role_no_login(const struct role *role, struct err *e)
{
	return session_none(role->id, e);
}

void role_tell(struct role *role, struct waits *waits,
    const struct credential *c, const struct err *e, int64_t retry_after)
{
	struct role_wait *w;
	struct err why;

	while ((w = waits_next(waits))) {
		struct role_result r = {c, e, retry_after, 0};

		/* There was a logout in between. */
		if (c && (role->gone || !c->body)) {
			(void)role_no_login(role, &why);
			r = (struct role_result){NULL, &why, 0, 0};
		}
		w->fn(w->arg, &r);
	}
}

/* --- failures */

void role_forgive(struct role *role)
{
	backoff_clear(&role->trouble);
	role->renew_from = 0;
}

/* Remembers it; returns for how many milliseconds. */
static int64_t remember(
    struct role *role, const struct err *why, int64_t retry_after)
{
	int64_t now = loop_now(role->all->part.loop), ms;

	if (why->code == ERR_LOGIN)
		return 0;
	ms = backoff_note(&role->trouble, now, why, retry_after, ROLES_DENIED);
	role->renew_from = now + (why->code == ERR_DENIED ? ROLES_REFUSED : ms);
	log_info(role->all->part.log, "no credentials: %s", why->msg);
	return ms;
}

/* --- the call */

int role_busy(const struct role *role)
{
	return role->call || !wait_idle(&role->session.wait) ||
	       (role->chain && role_chain_busy(role->chain));
}

int role_is_called(const struct role *role)
{
	return role->call || (role->chain && role_chain_is_called(role->chain));
}

void role_hang_up(struct role *role)
{
	if (role->chain)
		role_chain_hang_up(role->chain);
	throttle_cancel(role->call);
	role->call = NULL;
	wait_leave(&role->session.wait);
}

void role_let_go(struct role *role)
{
	role->held--;
	if (role->gone && !role->held)
		role_free(role);
}

static void let_go_told(struct role *role)
{
	struct roles *all = role->all;

	role_let_go(role);
	roles_schedule(all);
}

void role_failed(struct role *role, const struct err *why, int64_t retry_after)
{
	struct roles *all = role->all;
	struct waits waits = {0};
	int64_t ms = remember(role, why, retry_after);

	role->held++;
	waits_take(&role->waits, &waits);
	/* Before the callbacks, so that none of them uses it again. */
	if (why->code == ERR_LOGIN)
		sessions_drop_token(
		    all->part.sessions, role->identity, role->call_serial);
	role_tell(role, &waits, NULL, why, (ms + 999) / 1000);
	let_go_told(role);
}

void role_got(struct role *role, struct credential *c, char *take_arn)
{
	struct roles *all = role->all;
	struct waits waits = {0};
	int had = role_wipe(role);

	role->arn = take_arn;
	role_forgive(role);
	role->never_cached = c->no_cache;
	role->held++;
	waits_take(&role->waits, &waits);
	if (c->no_cache) {
		role_tell(role, &waits, c, NULL, 0);
		credential_release(c);
		if (had)
			roles_changed(all);
	} else {
		role->c = *c;
		role->c_login = role->call_login;
		role->c_clock = all->clock;
		role->got = loop_now(all->part.loop);
		log_debug(
		    all->part.log, "credentials of %s have come", role->name);
		/* role->c may be gone by then, but not without role->gone. */
		role_tell(role, &waits, &role->c, NULL, 0);
		roles_changed(all);
	}
	let_go_told(role);
}

static int find_server(const struct role *role, struct provider_at *at,
    const struct provider **p, struct err *e)
{
	return upstream_still(
	    &role->all->part, role->id, role->identity, at, p, e);
}

static int read_answer(struct role *role, const struct http_answer *a,
    struct credential *c, struct err *e)
{
	const struct provider *p;
	struct provider_at at;
	int rc = find_server(role, &at, &p, e);

	return rc < 0 ? rc : p->role_take(&at, role->name, a, c, e);
}

/* Whether there may be another token that the server accepts. */
static int may_retry(const struct role *role)
{
	const struct session *session =
	    sessions_find(role->all->part.sessions, role->identity);

	return !role->retried && session &&
	       (session_renews(session) ||
		   session_serial(session) != role->call_serial);
}

static void ask_session(struct role *role, uint64_t refused);

static void answered(
    void *arg, const struct http_answer *a, const struct err *e)
{
	struct role *role = arg;
	struct credential c = {.body = NULL};
	struct err why;

	role->call = NULL;
	if (!a) {
		role_failed(role, e, -1);
	} else if (read_answer(role, a, &c, &why) == 0) {
		role_got(role, &c, NULL);
	} else if (why.code == ERR_LOGIN && may_retry(role)) {
		role->retried = 1;
		ask_session(role, role->call_serial);
	} else {
		role_failed(role, &why, a->retry_after);
	}
}

static int start(
    struct role *role, const struct session *session, struct err *e)
{
	const struct provider *p;
	struct provider_at at;
	struct http_ask ask;
	int rc = find_server(role, &at, &p, e);

	if (rc < 0)
		return rc;
	rc = p->role_ask(&at, role->name, session_access(session), &ask, e);
	if (rc < 0)
		return rc;
	role->call_serial = session_serial(session);
	role->call_login = session_login_serial(session);
	rc = throttle_start(role->all->part.pace, p->pace, THROTTLE_ROLE,
	    role->identity, &ask, answered, role, &role->call, e);
	if (rc < 0)
		role->call = NULL;
	return rc;
}

static void have_session(
    void *arg, const struct session *session, const struct err *e)
{
	struct role *role = arg;
	struct err why;

	if (session && start(role, session, &why) == 0)
		return;
	if (!session)
		why = *e;
	if (role->at_once)
		*role->at_once = why;
	else
		role_failed(role, &why, -1);
}

static void ask_session(struct role *role, uint64_t refused)
{
	role->session.fn = have_session;
	role->session.arg = role;
	sessions_ask(
	    role->all->part.sessions, role->identity, refused, &role->session);
}

int role_call(
    struct role *role, const struct catalog_entry *server, struct err *e)
{
	struct err at_once = {.code = 0};
	int fresh = role->fresh;

	role->fresh = 0;
	if (role_busy(role))
		return 0;
	if (!provider_of(server->server, e))
		return e->code;
	if (!role->chain &&
	    !sessions_find(role->all->part.sessions, role->identity))
		return role_no_login(role, e);
	role->retried = 0;
	role->at_once = &at_once;
	role->fresh = fresh;
	role->held++;
	if (role->chain)
		role_chain_call(role);
	else
		ask_session(role, 0);
	role->at_once = NULL;
	role->fresh = 0;
	if (at_once.code) {
		*e = at_once;
		(void)remember(role, e, -1);
	}
	role_let_go(role);
	return at_once.code ? e->code : 0;
}

void role_restart(struct role *role, const struct catalog_entry *server)
{
	struct waits waits = {0};
	struct err e;

	role_hang_up(role);
	if (waits_empty(&role->waits) || role_call(role, server, &e) == 0)
		return;
	role->held++;
	waits_take(&role->waits, &waits);
	role_tell(role, &waits, NULL, &e, 1);
	let_go_told(role);
}
