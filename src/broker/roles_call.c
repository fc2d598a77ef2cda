/*
 * Getting the credentials of one role: the call, what it brings, and how long
 * a failure is remembered.
 */

#include "broker/roles_part.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "broker/log.h"
#include "broker/provider_part.h"

/* --- telling */

void role_take_waits(struct role *role, struct role_waits *to)
{
	struct role_wait *w;

	LIST_INIT(to);
	/* The last that came stands in front. */
	while ((w = LIST_FIRST(&role->waits))) {
		LIST_REMOVE(w, entry);
		LIST_INSERT_HEAD(to, w, entry);
	}
}

int role_no_login(const struct role *role, struct err *e)
{
	char login[PROVIDER_NAME];

	return err_set(e, ERR_LOGIN, "login required. %s",
	    provider_login(role->id, login));
}

void role_tell(struct role *role, struct role_waits *waits,
    const struct credential *c, const struct err *e, int64_t retry_after)
{
	struct role_wait *w;
	struct err why;

	while ((w = LIST_FIRST(waits))) {
		struct role_result r = {c, e, retry_after};

		LIST_REMOVE(w, entry);
		w->entry.le_prev = NULL;
		/* A logout came in between. */
		if (c && (role->gone || !c->body)) {
			(void)role_no_login(role, &why);
			r = (struct role_result){NULL, &why, 0};
		}
		w->fn(w->arg, &r);
	}
}

/* --- failures */

void role_forgive(struct role *role)
{
	free(role->failed);
	role->failed = NULL;
	role->failures = 0;
	role->renew_from = 0;
}

/* Half of it is left to chance, so that many brokers that failed together do
 * not come back together. */
static int64_t back_off(struct role *role)
{
	int64_t ms = ROLES_FIRST;
	uint32_t chance;

	for (unsigned i = 1; i < role->failures && ms < ROLES_MOST; i++)
		ms *= 2;
	if (ms > ROLES_MOST)
		ms = ROLES_MOST;
	bytes_random(&chance, sizeof(chance));
	return ms / 2 + chance % (ms / 2 + 1);
}

/* Remembers it; says how many milliseconds for. */
static int64_t remember(
    struct role *role, const struct err *why, int64_t retry_after)
{
	int64_t now = loop_now(role->all->part.loop), ms;

	if (why->code == ERR_LOGIN)
		return 0;
	role->failures += role->failures < 32;
	ms = why->code == ERR_DENIED ? ROLES_DENIED : back_off(role);
	if (why->code != ERR_DENIED && retry_after > 0) {
		if (retry_after > ROLES_LATER)
			retry_after = ROLES_LATER;
		if (ms < retry_after * 1000)
			ms = retry_after * 1000;
	}
	if (!role->failed)
		role->failed = malloc(sizeof(*role->failed));
	if (role->failed)
		*role->failed = *why;
	role->failed_until = now + ms;
	role->renew_from = now + (why->code == ERR_DENIED ? ROLES_REFUSED : ms);
	log_info(role->all->part.log, "no credentials: %s", why->msg);
	return ms;
}

/* --- the call */

void role_hang_up(struct role *role)
{
	http_cancel(role->call);
	role->call = NULL;
}

/* Lets go of one that was held. */
static void let_go(struct role *role)
{
	struct roles *all = role->all;

	role->held--;
	if (role->gone && !role->held)
		role_free(role);
	roles_schedule(all);
}

static void take_failure(
    struct role *role, const struct err *why, int64_t retry_after)
{
	struct roles *all = role->all;
	struct role_waits waits;
	int64_t ms = remember(role, why, retry_after);

	role->held++;
	role_take_waits(role, &waits);
	/* Before they are told, so that none of them asks with it again. */
	if (why->code == ERR_LOGIN)
		sessions_drop_token(
		    all->part.sessions, role->identity, role->call_serial);
	role_tell(role, &waits, NULL, why, (ms + 999) / 1000);
	let_go(role);
}

/* Takes *c over. */
static void take_credential(struct role *role, struct credential *c)
{
	struct roles *all = role->all;
	struct role_waits waits;
	int had = role_wipe(role);

	role_forgive(role);
	role->never_cached = c->no_cache;
	role->held++;
	role_take_waits(role, &waits);
	if (c->no_cache) {
		role_tell(role, &waits, c, NULL, 0);
		credential_release(c);
		if (had)
			roles_changed(all);
	} else {
		role->c = *c;
		role->c_serial = role->call_serial;
		log_debug(
		    all->part.log, "credentials of %s have come", role->name);
		/* role->c may be gone by then, but not without role->gone. */
		role_tell(role, &waits, &role->c, NULL, 0);
		roles_changed(all);
	}
	let_go(role);
}

static int read_answer(struct role *role, const struct http_answer *a,
    struct credential *c, struct err *e)
{
	struct roles *all = role->all;
	struct catalog_entry found;
	char name[PROVIDER_NAME];
	const struct provider *p;
	int rc;

	/* Its file may have been edited meanwhile. */
	rc = catalog_identified(all->part.catalog, role->identity, &found, e);
	if (rc == ERR_NOT_FOUND)
		return err_set(e, ERR_UPSTREAM,
		    "the file of %s was changed meanwhile: try again",
		    provider_shown(role->id, name));
	if (rc < 0)
		return rc;
	p = provider_of(found.server, e);
	if (!p)
		return e->code;
	return p->role_take(found.server, role->name, a,
	    loop_wall(all->part.loop), all->part.slab, c, e);
}

static void answered(
    void *arg, const struct http_answer *a, const struct err *e)
{
	struct role *role = arg;
	struct credential c = {.body = NULL};
	struct err why;

	role->call = NULL;
	if (!a)
		take_failure(role, e, -1);
	else if (read_answer(role, a, &c, &why) < 0)
		take_failure(role, &why, a->retry_after);
	else
		take_credential(role, &c);
}

static int start(struct role *role, const struct catalog_entry *server,
    const struct provider *p, const struct session *session, struct err *e)
{
	struct roles *all = role->all;
	struct http_ask ask;
	int rc;

	rc = p->role_ask(
	    server->server, role->name, session_access(session), &ask, e);
	if (rc < 0)
		return rc;
	role->call_serial = session_serial(session);
	rc = http_start(all->part.http, &ask, answered, role, &role->call, e);
	if (rc < 0)
		role->call = NULL;
	return rc;
}

int role_call(
    struct role *role, const struct catalog_entry *server, struct err *e)
{
	const struct provider *p = provider_of(server->server, e);
	const struct session *session;
	int rc;

	if (role->call)
		return 0;
	if (!p)
		return e->code;
	session = sessions_find(role->all->part.sessions, role->identity);
	if (!session)
		return role_no_login(role, e);
	rc = start(role, server, p, session, e);
	if (rc < 0)
		(void)remember(role, e, -1);
	return rc;
}

void role_restart(struct role *role, const struct catalog_entry *server)
{
	struct role_waits waits;
	struct err e;

	role_hang_up(role);
	if (LIST_EMPTY(&role->waits) || role_call(role, server, &e) == 0)
		return;
	role->held++;
	role_take_waits(role, &waits);
	role_tell(role, &waits, NULL, &e, 1);
	let_go(role);
}
