#include "broker/roles/roles.h"

#include <stdlib.h>
#include <string.h>

#include "base/core/text.h"
#include "broker/kinds/provider.h"
#include "broker/roles/kept.h"
#include "net/runtime/log.h"

int roles_new(struct roles **out, const struct upstream *parts, struct err *e)
{
	struct roles *r = calloc(1, sizeof(*r));

	*out = r;
	if (!r)
		return err_set(e, ERR_NOMEM, "out of memory");
	r->part = *parts;
	r->timer.fn = roles_turn;
	r->timer.arg = r;
	TAILQ_INIT(&r->use);
	renew_time_init(&r->clocks, parts->loop);
	return 0;
}

void roles_watch(struct roles *r, void (*fn)(void *arg), void *arg)
{
	r->fn = fn;
	r->arg = arg;
}

void roles_changed(struct roles *r)
{
	if (r->fn)
		r->fn(r->arg);
}

int64_t roles_clock_ahead(const struct roles *r)
{
	return r->sts_ahead;
}

/* Requests signed from now on use it. */
void roles_set_clock(struct roles *r, int64_t date)
{
	r->sts_ahead = date - loop_wall(r->part.loop);
	log_warn(r->part.log,
	    "the clock of this machine is %lld seconds off that of AWS, which "
	    "is gone by from now on",
	    (long long)r->sts_ahead);
}

/* --- the table */

static struct role_bucket *bucket_of(
    struct roles *r, const unsigned char key[HASH_SHA256])
{
	return &r->by_key[(key[0] | (unsigned)key[1] << 8) &
			  (ROLES_BUCKETS - 1)];
}

/* The key includes the server's identity, so that credentials from another are
 * never found. */
static void key_of(const unsigned char identity[HASH_SHA256],
    const struct role_ref *ref, unsigned char key[HASH_SHA256])
{
	const struct hash_part parts[] = {
	    {identity, HASH_SHA256},
	    {ref->role, strlen(ref->role) + 1},
	    {ref->chain, strlen(ref->chain) + 1},
	};

	hash_sha256(parts, sizeof(parts) / sizeof(parts[0]), key);
}

int role_valid(const struct role *role)
{
	const struct roles *r = role->all;

	return credential_valid(&role->c, loop_wall(r->part.loop)) &&
	       (role->c.ahead == 0 || role->c_clock == r->clock);
}

int role_wipe(struct role *role)
{
	int had = role->c.body != NULL;

	credential_release(&role->c);
	free(role->arn);
	role->arn = NULL;
	return had;
}

void role_free(struct role *role)
{
	role_hang_up(role);
	(void)role_wipe(role);
	backoff_clear(&role->trouble);
	role_chain_free(role->chain);
	free(role);
}

/* Removes it from the tables. */
static void unlink_role(struct role *role)
{
	TAILQ_REMOVE(&role->all->use, role, use);
	LIST_REMOVE(role, by_key);
	role->all->n--;
	role->gone = 1;
}

static struct role *find(struct roles *r, const unsigned char key[HASH_SHA256])
{
	struct role *role;

	LIST_FOREACH(role, bucket_of(r, key), by_key)
	if (memcmp(role->key, key, HASH_SHA256) == 0)
		return role;
	return NULL;
}

/* 0 if all of them have waiters. */
static int make_room(struct roles *r)
{
	struct role *role;
	int had;

	if (r->n < ROLES_MAX)
		return 1;
	TAILQ_FOREACH_REVERSE(role, &r->use, role_list, use)
	if (waits_empty(&role->waits) && !role->held)
		break;
	if (!role)
		return 0;
	unlink_role(role);
	had = role_wipe(role);
	role_free(role);
	if (had)
		roles_changed(r);
	return 1;
}

static struct role *make(struct roles *r, const struct role_ref *ref,
    const struct catalog_entry *server, const unsigned char key[HASH_SHA256],
    struct err *e)
{
	size_t id = strlen(server->server->id) + 1;
	size_t name = strlen(ref->role) + 1;
	struct role *role = calloc(1, sizeof(*role) + id + name);

	if (!role) {
		(void)err_set(
		    e, ERR_NOMEM, "the broker has no memory for a role");
		return NULL;
	}
	if (*ref->chain && role_chain_new(&role->chain, ref->chain, e) < 0) {
		free(role);
		return NULL;
	}
	role->all = r;
	role->id = memcpy(role->strings, server->server->id, id);
	role->name = memcpy(role->strings + id, ref->role, name);
	memcpy(role->key, key, HASH_SHA256);
	memcpy(role->identity, server->identity, HASH_SHA256);
	/* The caller records a use if it is one. */
	role->used = loop_now(r->part.loop) - RENEW_TIME_IDLE;
	TAILQ_INSERT_HEAD(&r->use, role, use);
	LIST_INSERT_HEAD(bucket_of(r, key), role, by_key);
	r->n++;
	return role;
}

/* NULL: e says why. */
static struct role *get(struct roles *r, const struct role_ref *ref,
    const struct catalog_entry *server, struct err *e)
{
	unsigned char key[HASH_SHA256];
	struct role *role;

	key_of(server->identity, ref, key);
	role = find(r, key);
	if (role)
		return role;
	if (!make_room(r)) {
		(void)err_set(e, ERR_BUSY,
		    "more than %d roles are waited for at once: try again "
		    "later",
		    ROLES_MAX);
		return NULL;
	}
	return make(r, ref, server, key, e);
}

/* --- the basis of a chain */

static struct role *below_of(const struct role *role, const char *below)
{
	const struct role_ref ref = {role->id, role->name, below};
	unsigned char key[HASH_SHA256];

	key_of(role->identity, &ref, key);
	return find(role->all, key);
}

const char *role_arn_below(
    const struct role *role, const char *below, uint64_t *login)
{
	const struct role *base = below_of(role, below);

	*login = base ? base->c_login : 0;
	return base ? base->arn : NULL;
}

void role_note_arn(const struct role *role, const char *below,
    const struct credential *by, const char *arn)
{
	struct role *base = below_of(role, below);

	if (!base || base->arn || !credential_same(&base->c, by))
		return;
	base->arn = text_dup(arn);
}

/* --- asking */

static void tell_now(struct role_wait *w, const struct credential *c,
    const struct err *e, int64_t retry_after)
{
	const struct role_result r = {c, e, retry_after, 0};

	w->fn(w->arg, &r);
}

static void tell_remembered(struct role_wait *w, const struct role *role)
{
	int64_t now = loop_now(role->all->part.loop);
	const struct err e = *role->trouble.what;
	const struct role_result r = {NULL, &e,
	    backoff_left(&role->trouble, now),
	    backoff_age(&role->trouble, now)};

	w->fn(w->arg, &r);
}

static int find_server(struct roles *r, const struct role_ref *ref,
    struct catalog_entry *server, struct err *e)
{
	roles_notice_jump(r);
	return catalog_find(r->part.catalog, ref->server, server, e);
}

static struct role *find_valid(struct roles *r, const struct role_ref *ref,
    const struct catalog_entry *server)
{
	unsigned char key[HASH_SHA256];
	struct role *role;

	key_of(server->identity, ref, key);
	role = find(r, key);
	if (!role || !role_valid(role))
		return NULL;
	return role;
}

int roles_cached(struct roles *r, const struct role_ref *ref, int how,
    int64_t since, const struct credential **c)
{
	struct catalog_entry server;
	struct role *role;

	*c = NULL;
	if (find_server(r, ref, &server, NULL) < 0)
		return 0;
	role = find_valid(r, ref, &server);
	if (!role || role->got < since)
		return 0;
	if (!(how & ROLES_LAZY)) {
		role_used(role);
		role_renew(role);
	}
	*c = &role->c;
	return 1;
}

/* Seconds that a failure is still remembered for. */
static int64_t remembered(const struct role *role)
{
	return backoff_left(&role->trouble, loop_now(role->all->part.loop));
}

void roles_ask(
    struct roles *r, const struct role_ref *ref, int how, struct role_wait *w)
{
	const struct credential *c;
	struct catalog_entry server;
	struct role *role;
	struct err e;
	int fresh = how & ROLES_FRESH;

	w->wait = (struct wait){0};
	if (!fresh && roles_cached(r, ref, how, INT64_MIN, &c)) {
		tell_now(w, c, NULL, 0);
		return;
	}
	if (find_server(r, ref, &server, &e) < 0 ||
	    !(role = get(r, ref, &server, &e))) {
		tell_now(w, NULL, &e, backoff_is_ours(&e));
		return;
	}
	if (!(how & ROLES_LAZY))
		role_used(role);
	if (!role_busy(role) && !fresh && remembered(role)) {
		tell_remembered(w, role);
		return;
	}
	/* The callback may run before the call returns, and free it. */
	waits_add(&role->waits, &w->wait);
	role->fresh = fresh;
	if (role_call(role, &server, &e) < 0) {
		wait_leave(&w->wait);
		tell_now(w, NULL, &e,
		    backoff_is_ours(&e)	  ? 1
		    : e.code == ERR_LOGIN ? 0
					  : remembered(role));
	}
}

void roles_warm(struct roles *r, const struct role_ref *ref)
{
	struct catalog_entry server;
	struct role *role;
	struct err e;

	if (find_server(r, ref, &server, &e) < 0 ||
	    find_valid(r, ref, &server) ||
	    !sessions_find(r->part.sessions, server.identity) ||
	    !(role = get(r, ref, &server, &e)))
		return;
	/* Useless to later callers if it is not kept. */
	if (role->never_cached || remembered(role))
		return;
	role_used(role);
	if (role_call(role, &server, &e) < 0)
		log_debug(r->part.log, "a role is not got ahead: %s", e.msg);
}

/* --- logins and their ends */

size_t roles_forget(struct roles *r, const unsigned char *identity)
{
	struct role_list out = TAILQ_HEAD_INITIALIZER(out);
	struct role *role, *next;
	size_t n = 0;

	/* Remove all before calling any waiter. */
	for (role = TAILQ_FIRST(&r->use); role; role = next) {
		next = TAILQ_NEXT(role, use);
		if (identity &&
		    memcmp(role->identity, identity, HASH_SHA256) != 0)
			continue;
		unlink_role(role);
		role_hang_up(role);
		n += (size_t)role_wipe(role);
		role->held++;
		TAILQ_INSERT_TAIL(&out, role, use);
	}
	while ((role = TAILQ_FIRST(&out))) {
		struct waits waits = {0};
		struct err e;

		TAILQ_REMOVE(&out, role, use);
		(void)role_no_login(role, &e);
		waits_take(&role->waits, &waits);
		role_tell(role, &waits, NULL, &e, 0);
		if (--role->held == 0)
			role_free(role);
	}
	roles_schedule(r);
	if (n)
		roles_changed(r);
	return n;
}

/* The call belongs to another login than the current one. */
static struct role *find_outdated(
    struct roles *r, const unsigned char *identity)
{
	const struct session *session =
	    sessions_find(r->part.sessions, identity);
	struct role *role;

	TAILQ_FOREACH(role, &r->use, use)
	if (memcmp(role->identity, identity, HASH_SHA256) == 0 && session &&
	    role_is_called(role) &&
	    role->call_login != session_login_serial(session))
		break;
	return role;
}

void roles_forgive(struct roles *r, const unsigned char identity[HASH_SHA256])
{
	const struct session *session =
	    sessions_find(r->part.sessions, identity);
	struct catalog_entry server;
	struct role *role;
	int changed = 0;

	TAILQ_FOREACH(role, &r->use, use)
	{
		if (memcmp(role->identity, identity, HASH_SHA256) != 0)
			continue;
		role_forgive(role);
		if (session && role->c_login != session_login_serial(session))
			changed |= role_wipe(role);
	}
	while (
	    (role = find_outdated(r, identity)) &&
	    catalog_identified(r->part.catalog, identity, &server, NULL) == 0)
		role_restart(role, &server);
	roles_schedule(r);
	if (changed)
		roles_changed(r);
}

void roles_free(struct roles *r)
{
	struct role *role;

	if (!r)
		return;
	loop_disarm(r->part.loop, &r->timer);
	while ((role = TAILQ_FIRST(&r->use))) {
		while (waits_next(&role->waits))
			;
		unlink_role(role);
		role_free(role);
	}
	free(r);
}
