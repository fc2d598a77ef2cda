/* Keys at a prompt: front/prompt/static_role.h and front/role/credentials.h. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "front/prompt/static_role.h"

enum {
	NOW = 1000000
};

struct world {
	struct static_role role;
	struct project project;
	struct static_said said;
	struct state old;
	struct buf complaint;
	char server[8], name[8];
};

static int setup(void **state)
{
	static struct world w;

	memset(&w, 0, sizeof(w));
	memcpy(w.server, "contoso", 8);
	memcpy(w.name, "a/Dev", 6);
	w.project.server = w.server;
	w.project.role = w.name;
	buf_init(&w.complaint, 4096);
	*state = &w;
	return 0;
}

static int teardown(void **state)
{
	buf_release(&((struct world *)*state)->complaint);
	return 0;
}

static void said(struct world *w, enum err_code code, const char *text)
{
	(void)err_set(&w->said.why, code, "%s", text);
}

static enum static_then decide(struct world *w, int in_force)
{
	buf_clear(&w->complaint);
	memset(&w->role.keys, 'k', sizeof(w->role.keys));
	static_role_decide(&w->role, &w->project, &w->said, &w->old, in_force,
	    NOW, &w->complaint);
	if (w->role.then != STATIC_KEYS)
		for (size_t i = 0; i < sizeof(w->role.keys); i++)
			assert_int_equal(((char *)&w->role.keys)[i], 0);
	return w->role.then;
}

static void keys_that_are_there_are_taken(void **state)
{
	struct world *w = *state;

	assert_int_equal(decide(w, 0), STATIC_KEYS);
	assert_int_equal(w->role.keys.id[0], 'k');
	w->old.expires = NOW - 1;
	assert_int_equal(decide(w, 1), STATIC_KEYS);
	assert_false(w->role.expired);
	assert_int_equal(w->complaint.len, 0);
}

static void without_a_login_the_role_is_bare_and_the_command_is_told(
    void **state)
{
	struct world *w = *state;

	said(w, ERR_LOGIN, "whatever");
	for (int in_force = 0; in_force < 2; in_force++) {
		assert_int_equal(decide(w, in_force), STATIC_BARE);
		assert_string_equal(buf_str(&w->complaint),
		    "contoso a/Dev: login required. Run: mairu login contoso");
	}
	/* Even where the keys are good: somebody logged out. */
	w->old.expires = NOW + 100;
	assert_int_equal(decide(w, 1), STATIC_BARE);
	assert_false(w->role.expired);
}

static void what_may_pass_keeps_keys_until_they_expire(void **state)
{
	struct world *w = *state;

	said(w, ERR_UPSTREAM, "not reached");
	assert_int_equal(decide(w, 0), STATIC_BARE);
	w->old.expires = NOW + 1;
	assert_int_equal(decide(w, 1), STATIC_HOLDS);
	assert_string_equal(
	    buf_str(&w->complaint), "contoso a/Dev: not reached");
	/* Those of another config are not this one's. */
	assert_int_equal(decide(w, 0), STATIC_BARE);
	w->old.expires = NOW;
	assert_int_equal(decide(w, 1), STATIC_BARE);
	assert_true(w->role.expired);
}

static void keys_on_their_way_are_news_only_while_there_are_none(void **state)
{
	struct world *w = *state;

	said(w, ERR_TIMEOUT, "not there");
	assert_int_equal(decide(w, 0), STATIC_BARE);
	assert_non_null(strstr(buf_str(&w->complaint), "being fetched"));
	assert_null(strstr(buf_str(&w->complaint), "expired"));
	w->old.expires = NOW + 1;
	assert_int_equal(decide(w, 1), STATIC_HOLDS);
	assert_int_equal(w->complaint.len, 0);
	w->old.expires = NOW;
	assert_int_equal(decide(w, 1), STATIC_BARE);
	assert_non_null(strstr(buf_str(&w->complaint), "expired"));
}

static void without_a_broker_no_role_is_entered_and_none_outlives_its_keys(
    void **state)
{
	struct world *w = *state;

	w->said.reached = err_set(&w->said.e, ERR_TIMEOUT, "no broker");
	assert_int_equal(decide(w, 0), STATIC_OUT);
	assert_string_equal(buf_str(&w->complaint), "no broker");
	assert_int_equal(decide(w, 1), STATIC_HOLDS);
	w->old.expires = NOW + 1;
	assert_int_equal(decide(w, 1), STATIC_HOLDS);
	w->old.expires = NOW - 1;
	assert_int_equal(decide(w, 1), STATIC_BARE);
	assert_true(w->role.expired);
}

/* --- the answer that brings them */

static int read_without(enum wire_tag missing, struct credentials *k)
{
	static const enum wire_tag texts[] = {
	    WIRE_F_KEY_ID, WIRE_F_SECRET_KEY, WIRE_F_SESSION_TOKEN};
	struct buf b = BUF_INIT(4096);
	struct wire_frame f = {0};
	struct message m;
	struct err e;
	int r;

	credentials_wipe(k);
	for (size_t i = 0; i < 3; i++)
		if (texts[i] != missing)
			wire_puts(&b, texts[i], "value");
	if (missing != WIRE_F_EXPIRES)
		wire_putn(&b, WIRE_F_EXPIRES, 4102444800);
	if (missing != WIRE_F_RENEW_AT)
		wire_putn(&b, WIRE_F_RENEW_AT, 4102441200);
	if (missing == WIRE_F_URL)
		wire_puts(&b, WIRE_F_URL, "of another answer");
	f.body = (const unsigned char *)buf_str(&b);
	f.len = b.len;
	r = message_read_answer(&m, WIRE_ROLE, &f, &e);
	if (r == 0)
		r = credentials_take(k, &m, &e);
	buf_release(&b);
	return r;
}

static void an_answer_is_taken_whole_or_not_at_all(void **state)
{
	static const enum wire_tag all[] = {WIRE_F_KEY_ID, WIRE_F_SECRET_KEY,
	    WIRE_F_SESSION_TOKEN, WIRE_F_EXPIRES, WIRE_F_RENEW_AT, WIRE_F_URL};
	struct credentials k;

	(void)state;
	assert_int_equal(read_without((enum wire_tag)0, &k), 0);
	assert_string_equal(k.secret, "value");
	assert_string_equal(k.expiration, "2100-01-01T00:00:00Z");
	assert_int_equal(k.renew_at, 4102441200);
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		assert_int_equal(read_without(all[i], &k), ERR_FORMAT);
		assert_int_equal(k.secret[0], 0);
		assert_int_equal(k.token[0], 0);
	}
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
	    T(keys_that_are_there_are_taken),
	    T(without_a_login_the_role_is_bare_and_the_command_is_told),
	    T(what_may_pass_keeps_keys_until_they_expire),
	    T(keys_on_their_way_are_news_only_while_there_are_none),
	    T(without_a_broker_no_role_is_entered_and_none_outlives_its_keys),
	    T(an_answer_is_taken_whole_or_not_at_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
