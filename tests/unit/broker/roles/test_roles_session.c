/* Roles and the session that they need: tokens that are renewed first, or once
 * the server has refused them (broker/roles/roles.h). */

#include "fake_http.h"

#include "fake_provider.h"
#include "roles_world.h"

static char told[64];

static const struct role_ref ops = {"corp", "Ops", ""};

/* As the broker has it. */
static void session_changed(
    void *arg, const unsigned char identity[HASH_SHA256], int is)
{
	size_t n = strlen(told);

	(void)arg;
	assert_true(n + 1 < sizeof(told));
	told[n] = is ? '+' : '-';
	told[n + 1] = '\0';
	if (is)
		roles_forgive(roles, identity);
}

static int begin(void **state)
{
	int rc;

	told[0] = '\0';
	fake_provider_reset();
	rc = begin_at(state, NOW);
	if (rc == 0)
		sessions_watch(sessions, session_changed, NULL);
	return rc;
}

/* As broker_logout() does. */
static void leave(void)
{
	log_out();
	(void)roles_forget(roles, corp().identity);
}

/* The i-th call is for that role, with that token. */
static void assert_called(size_t i, const char *role, const char *access)
{
	assert_asked(i, "role", role);
	assert_string_equal(fake_header(&fake_calls[i].ask, "Bearer"), access);
}

/* A session whose access token has just expired. */
static void expire(void)
{
	log_in_with("a1", "r1", 60);
	wall += 60;
}

static void an_expired_token_is_renewed_before_the_call(void **state)
{
	static struct asked a, b, c;

	(void)state;
	expire();
	ask(&a);
	ask(&b);
	ask_role(&c, &ops, 0);
	assert_int_equal(fake_n, 1);
	assert_asked(0, "token", "refresh=r1 client=");
	fake_says(0, 200, "a2 r2 3600");
	assert_int_equal(a.told + b.told + c.told, 0);
	assert_int_equal(fake_n, 3);
	assert_called(1, "Dev", "a2");
	assert_called(2, "Ops", "a2");
	fake_says(1, 200, "DEV 3600");
	fake_says(2, 200, "OPS 3600");
	assert_given(&a, "DEV");
	assert_given(&b, "DEV");
	assert_given(&c, "OPS");
	assert_string_equal(told, "+");
}

static void a_401_renews_the_token_once_and_tries_again(void **state)
{
	static struct asked a, b;

	(void)state;
	log_in_with("a1", "r1", 3600);
	ask(&a);
	ask_role(&b, &ops, 0);
	fake_says(0, 401, "");
	assert_int_equal(a.told, 0);
	assert_asked(2, "token", "refresh=r1 client=");
	/* Another 401 of the same token joins in. */
	fake_says(1, 401, "");
	assert_int_equal(fake_n, 3);
	fake_says(2, 200, "a2 r2 3600");
	assert_called(3, "Dev", "a2");
	assert_called(4, "Ops", "a2");
	fake_says(3, 200, "DEV 3600");
	fake_says(4, 200, "OPS 3600");
	assert_given(&a, "DEV");
	assert_given(&b, "OPS");
	assert_string_equal(told, "+");
}

static void forget_it(
    void *arg, const struct session *one, const struct err *why)
{
	(void)arg;
	(void)one;
	(void)why;
}

static void a_401_of_a_token_that_was_renewed_meanwhile_asks_nobody(
    void **state)
{
	static struct session_wait w = {.fn = forget_it};
	static struct asked a;

	(void)state;
	log_in_with("a1", "r1", 3600);
	ask(&a);
	sessions_renew(sessions, corp().identity, &w);
	fake_says(1, 200, "a2 r2 3600");
	assert_int_equal(fake_n, 2);
	fake_says(0, 401, "");
	assert_called(2, "Dev", "a2");
	fake_says(2, 200, "DEV 3600");
	assert_given(&a, "DEV");
}

static void a_second_401_ends_the_session(void **state)
{
	static struct asked a;

	(void)state;
	log_in_with("a1", "r1", 3600);
	ask(&a);
	fake_says(0, 401, "");
	fake_says(1, 200, "a2 r2 3600");
	fake_says(2, 401, "");
	assert_not(&a, ERR_LOGIN, "no more (401)");
	assert_string_equal(told, "+-");
	assert_null(sessions_find(sessions, corp().identity));
	assert_asked(3, "revoke", "r2");
	ask(&a);
	assert_not(&a, ERR_LOGIN, "login required. Run: mairu login corp");
	assert_int_equal(fake_n, 4);
	/* Another ask begins with both tries again. */
	log_in_with("b1", "s1", 3600);
	ask(&a);
	fake_says(4, 401, "");
	assert_asked(5, "token", "refresh=s1 client=");
}

static void a_401_without_a_way_to_renew_ends_it_at_once(void **state)
{
	static struct asked a;

	(void)state;
	log_in_with("a1", NULL, 3600);
	ask(&a);
	fake_says(0, 401, "");
	assert_not(&a, ERR_LOGIN, "no more (401)");
	assert_string_equal(told, "+-");
	assert_int_equal(fake_n, 1);
}

static void a_refused_renewal_is_told_to_who_waits(void **state)
{
	static struct asked a, b;

	(void)state;
	expire();
	ask(&a);
	ask_role(&b, &ops, 0);
	fake_says(0, 400, "");
	assert_not(&a, ERR_LOGIN, "no more (400). Run: mairu login corp");
	assert_not(&b, ERR_LOGIN, "Run: mairu login corp");
	assert_string_equal(told, "+-");
	/* Not remembered. */
	log_in_with("b1", NULL, 0);
	ask(&a);
	assert_called(1, "Dev", "b1");
}

static void trouble_with_the_renewal_ends_nothing(void **state)
{
	static struct asked a;

	(void)state;
	expire();
	ask(&a);
	fake_says(0, 503, "");
	assert_not(&a, ERR_UPSTREAM, "trouble (503)");
	assert_int_equal(a.retry_after, 1);
	ask(&a);
	assert_not(&a, ERR_UPSTREAM, "trouble (503)");
	assert_int_equal(fake_n, 1);
	/* The session tries again by itself. */
	pass(1);
	assert_asked(1, "token", "refresh=r1 client=");
	fake_says(1, 200, "a2 r2 3600");
	ask(&a);
	assert_called(2, "Dev", "a2");
	assert_string_equal(told, "+");
}

static void trouble_after_a_401_ends_nothing_either(void **state)
{
	static struct asked a;

	(void)state;
	log_in_with("a1", "r1", 3600);
	ask(&a);
	fake_says(0, 401, "");
	fake_says(1, 503, "");
	assert_not(&a, ERR_UPSTREAM, "trouble (503)");
	assert_non_null(sessions_find(sessions, corp().identity));
	/* The refused token is not tried again. */
	pass(1);
	ask_role(&a, &dev, 1);
	assert_asked(2, "token", "refresh=r1 client=");
	fake_says(2, 200, "a2 r2 3600");
	assert_called(3, "Dev", "a2");
}

static void a_renewal_touches_no_credentials_and_no_calls(void **state)
{
	static struct asked a, b;

	(void)state;
	log_in_with("a1", "r1", 3600);
	ask(&a);
	fake_says(0, 200, "DEV 28800");
	ask_role(&b, &ops, 0);
	sessions_renew(
	    sessions, corp().identity, &(struct session_wait){.fn = forget_it});
	assert_int_equal(fake_n, 3);
	fake_says(2, 200, "a2 r2 3600");
	assert_true(cached("DEV"));
	assert_true(fake_calls[1].open);
	fake_says(1, 200, "OPS 3600");
	assert_given(&b, "OPS");
	/* Nor do those that came with a renewed token belong to another
	 * login. */
	ask_role(&a, &dev, 1);
	assert_called(3, "Dev", "a2");
	fake_says(3, 200, "DEV2 28800");
	ask_role(&b, &ops, 1);
	roles_forgive(roles, corp().identity);
	assert_true(cached("DEV2"));
	assert_true(fake_calls[4].open);
	assert_int_equal(fake_n, 5);
	/* A login does. */
	log_in_with("b1", "s1", 3600);
	assert_false(cached("DEV2"));
}

static void credentials_are_renewed_though_the_token_has_expired(void **state)
{
	(void)state;
	log_in_with("a1", "r1", 600);
	roles_warm(roles, &dev);
	fake_says(0, 200, "K1 3600");
	assert_true(cached("K1"));
	/* The session is renewed ahead for who uses the role. */
	pass_slowly(460);
	assert_asked(1, "token", "refresh=r1 client=");
	fake_says(1, 503, "");
	fake_fails = 1;
	pass_slowly(2250);
	assert_true(cached("K1"));
	assert_int_equal(fake_n, 2);
	fake_fails = 0;
	pass_slowly(60);
	assert_asked(2, "token", "refresh=r1 client=");
	assert_true(cached("K1"));
	fake_says(2, 200, "a2 r2 3600");
	pass_slowly(60);
	assert_called(3, "Dev", "a2");
	fake_says(3, 200, "K2 3600");
	assert_true(cached("K2"));
	assert_string_equal(told, "+");
}

static void a_role_in_use_keeps_its_session_in_use(void **state)
{
	(void)state;
	log_in_with("a1", "r1", 3 * 3600);
	roles_warm(roles, &dev);
	fake_says(0, 200, "K1 43200");
	for (int i = 0; i < 9; i++) {
		pass_slowly(1080);
		assert_true(cached("K1"));
	}
	pass_slowly(300);
	assert_int_equal(fake_n, 2);
	assert_asked(1, "token", "refresh=r1 client=");
}

static void a_logout_while_the_session_is_renewed_tells_all(void **state)
{
	static struct asked a, b;

	(void)state;
	expire();
	ask(&a);
	ask_role(&b, &ops, 0);
	wait_leave(&b.wait.wait);
	leave();
	assert_not(&a, ERR_LOGIN, "login required. Run: mairu login corp");
	assert_int_equal(b.told, 0);
	fake_says(0, 200, "a2 r2 3600");
	assert_asked(1, "revoke", "r2");
	assert_int_equal(a.told, 1);
}

static void a_logout_amid_it_stops_what_would_follow(void **state)
{
	static struct asked a = {.then = leave}, b;

	(void)state;
	expire();
	ask(&a);
	ask_role(&b, &ops, 0);
	fake_says(0, 400, "");
	assert_not(&a, ERR_LOGIN, "Run: mairu login corp");
	assert_not(&b, ERR_LOGIN, "Run: mairu login corp");
	assert_null(sessions_at(sessions, 0));
}

static void another_login_meanwhile_is_what_is_used(void **state)
{
	static struct asked a;

	(void)state;
	expire();
	ask(&a);
	log_in_with("b1", "s1", 3600);
	assert_int_equal(a.told, 0);
	assert_called(1, "Dev", "b1");
	/* The old question is not waited for any more. */
	assert_false(fake_calls[0].open);
	fake_says(1, 200, "DEV 3600");
	assert_given(&a, "DEV");
	assert_int_equal(fake_n, 2);
}

static void a_file_edited_meanwhile_is_no_place_for_the_token(void **state)
{
	static struct asked a;

	(void)state;
	expire();
	ask(&a);
	write_server(",\"token_endpoint\":\"https://evil.example/\"");
	pass(1);
	fake_says(0, 200, "a2 r2 3600");
	assert_int_equal(a.told, 1);
	assert_int_not_equal(a.code, 0);
	assert_int_equal(fake_n, 1);
}

static void the_end_of_it_all_waits_for_nobody(void **state)
{
	static struct asked a, b;

	(void)state;
	log_in_with("a1", "r1", 3600);
	ask(&a);
	ask_role(&b, &ops, 0);
	fake_says(0, 401, "");
	assert_int_equal(fake_open(), 2);
}

int main(void)
{
#define R(f) cmocka_unit_test_setup_teardown(f, begin, end)
	const struct CMUnitTest tests[] = {
	    R(an_expired_token_is_renewed_before_the_call),
	    R(a_401_renews_the_token_once_and_tries_again),
	    R(a_401_of_a_token_that_was_renewed_meanwhile_asks_nobody),
	    R(a_second_401_ends_the_session),
	    R(a_401_without_a_way_to_renew_ends_it_at_once),
	    R(a_refused_renewal_is_told_to_who_waits),
	    R(trouble_with_the_renewal_ends_nothing),
	    R(trouble_after_a_401_ends_nothing_either),
	    R(a_renewal_touches_no_credentials_and_no_calls),
	    R(credentials_are_renewed_though_the_token_has_expired),
	    R(a_role_in_use_keeps_its_session_in_use),
	    R(a_logout_while_the_session_is_renewed_tells_all),
	    R(a_logout_amid_it_stops_what_would_follow),
	    R(another_login_meanwhile_is_what_is_used),
	    R(a_file_edited_meanwhile_is_no_place_for_the_token),
	    R(the_end_of_it_all_waits_for_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
