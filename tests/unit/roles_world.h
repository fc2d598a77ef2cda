#ifndef MAIRU_TEST_ROLES_WORLD_H
#define MAIRU_TEST_ROLES_WORLD_H

/*
 * Roles of the server "corp".
 */

#include "upstream_world.h"

#include "broker/roles/kept.h"
#include "broker/roles/roles.h"

static struct roles *roles;
static int changes;

static const struct role_ref dev = {"corp", "Dev", ""};

static inline void changed(void *arg)
{
	(void)arg;
	changes++;
}

static inline int begin_at(void **state, int64_t at)
{
	changes = 0;
	if (begin_upstream(state, at) || roles_new(&roles, &up, &e))
		return -1;
	roles_watch(roles, changed, NULL);
	return 0;
}

static inline int end(void **state)
{
	roles_free(roles);
	return end_upstream(state);
}

/* Sessions that end are told of where the server has a way; this one has none.
 */
static inline void no_way_to_tell(void)
{
	for (size_t i = 0; i < fake_n; i++)
		if (fake_calls[i].open &&
		    strstr(buf_str(&fake_calls[i].ask.url), "/.well-known/"))
			fake_answer(i, 404, "", "");
}

/* The last of the calls for a role. */
static inline size_t role_call_at(void)
{
	size_t i = fake_n;

	while (i > 0 && !strstr(buf_str(&fake_calls[i - 1].ask.url), "/assume"))
		i--;
	assert_true(i > 0);
	return i - 1;
}

static inline void log_out(void)
{
	assert_int_equal(sessions_drop(sessions, corp().identity), 1);
}

/* What came of an ask. */
struct asked {
	struct role_wait wait;
	int told, code;
	char key[64], msg[1024];
	int64_t retry_after, expires, ago;
	void (*then)(void);
};

static inline void heard(void *arg, const struct role_result *r)
{
	struct asked *a = arg;

	a->told++;
	a->code = 0;
	a->retry_after = r->retry_after;
	a->ago = r->ago;
	if (r->credential) {
		assert_true(credential_valid(r->credential, wall));
		a->expires = r->credential->expires;
		(void)snprintf(a->key, sizeof(a->key), "%.*s",
		    (int)r->credential->key_id.len,
		    credential_text(r->credential, &r->credential->key_id));
	} else {
		a->code = r->e->code;
		(void)snprintf(a->msg, sizeof(a->msg), "%s", r->e->msg);
	}
	if (a->then)
		a->then();
}

static inline void ask_role(
    struct asked *a, const struct role_ref *ref, int fresh)
{
	void (*then)(void) = a->then;

	memset(a, 0, sizeof(*a));
	a->then = then;
	a->wait.fn = heard;
	a->wait.arg = a;
	roles_ask(roles, ref, fresh, &a->wait);
}

static inline void ask(struct asked *a)
{
	ask_role(a, &dev, 0);
}

/* How many roles there are credentials of. */
static inline size_t roles_count(void)
{
	const struct role *role;
	size_t n = 0;

	TAILQ_FOREACH(role, &roles->use, use)
	n += role_valid(role) != 0;
	return n;
}

static inline void assert_given(const struct asked *a, const char *key)
{
	assert_int_equal(a->told, 1);
	if (a->code)
		fail_msg("%s", a->msg);
	assert_string_equal(a->key, key);
}

static inline void assert_not(const struct asked *a, int code, const char *said)
{
	assert_int_equal(a->told, 1);
	assert_int_equal(a->code, code);
	if (!strstr(a->msg, said))
		fail_msg("%s", a->msg);
}

static inline int cached(const char *key)
{
	const struct credential *c;

	if (!roles_cached(roles, &dev, 0, INT64_MIN, &c))
		return 0;
	assert_memory_equal(credential_text(c, &c->key_id), key, strlen(key));
	return 1;
}

static inline void pass(int64_t seconds)
{
	now += seconds * 1000;
	wall += seconds;
	assert_int_equal(loop_once(loop, 0, &e), 0);
}

/* Time by small steps, as a loop has it. */
static inline void pass_slowly(int64_t seconds)
{
	for (; seconds > 0; seconds -= 10)
		pass(10);
}

#endif
