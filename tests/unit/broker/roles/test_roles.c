/* Credentials of roles, with clocks and answers of the test's own:
 * broker/roles/roles.h. */

#include "fake_http.h"

#include "roles_world.h"

/* As whoever puts it all together might have it. */
static void session_changed(
    void *arg, const unsigned char identity[HASH_SHA256], int is)
{
	(void)arg;
	if (is)
		roles_forgive(roles, identity);
	else
		(void)roles_forget(roles, identity);
}

static int begin(void **state)
{
	int rc = begin_at(state, NOW);

	if (rc == 0)
		sessions_watch(sessions, session_changed, NULL);
	return rc;
}

static void give(size_t call, const char *key, int64_t seconds, int no_cache)
{
	char expires[CREDENTIAL_TIME], body[512];

	credential_time(wall + seconds, expires);
	(void)snprintf(body, sizeof(body),
	    "{\"Version\":1,\"AccessKeyId\":\"%s\",\"SecretAccessKey\":\"s\","
	    "\"SessionToken\":\"t\",\"Expiration\":\"%s\"%s}",
	    key, expires, no_cache ? ",\"Mairu\":{\"NoCache\":true}" : "");
	fake_answer(call, 200, "application/json", body);
}

static void get(const char *key, int64_t seconds)
{
	struct asked a = {.told = 0};

	log_in("tok");
	ask(&a);
	give(fake_n - 1, key, seconds, 0);
	assert_given(&a, key);
}

/* --- asking */

static void many_that_wait_make_one_call(void **state)
{
	struct asked a[3] = {{.told = 0}};

	(void)state;
	log_in("tok");
	for (int i = 0; i < 3; i++)
		ask(&a[i]);
	assert_int_equal(fake_n, 1);
	assert_string_equal(
	    buf_str(&fake_calls[0].ask.url), "https://c.example/assume-role");
	assert_string_equal(
	    fake_header(&fake_calls[0].ask, "Authorization"), "Bearer tok");
	wait_leave(&a[1].wait.wait);
	wait_leave(&a[1].wait.wait);
	give(0, "K1", 3600, 0);
	assert_given(&a[0], "K1");
	assert_int_equal(a[1].told, 0);
	assert_given(&a[2], "K1");
	assert_int_equal(changes, 1);
	assert_int_equal(roles_count(), 1);
	ask(&a[1]);
	assert_given(&a[1], "K1");
	assert_int_equal(fake_n, 1);
}

static void each_role_is_one_of_its_own(void **state)
{
	const struct role_ref ops = {"corp", "Ops", ""};
	struct asked a, b;

	(void)state;
	a.then = b.then = NULL;
	log_in("tok");
	ask(&a);
	ask_role(&b, &ops, 0);
	assert_int_equal(fake_n, 2);
	give(1, "OPS", 3600, 0);
	give(0, "DEV", 3600, 0);
	assert_given(&a, "DEV");
	assert_given(&b, "OPS");
}

static void a_role_is_the_same_by_any_name_of_its_server(void **state)
{
	const struct role_ref by_url = {"https://C.example", "Dev", ""};
	struct asked a = {.told = 0}, b = {.told = 0};

	(void)state;
	log_in("tok");
	ask(&a);
	ask_role(&b, &by_url, 0);
	assert_int_equal(fake_n, 1);
	give(0, "K1", 3600, 0);
	assert_given(&a, "K1");
	assert_given(&b, "K1");
}

static void without_a_login_nobody_is_asked(void **state)
{
	struct asked a = {.told = 0};

	(void)state;
	ask(&a);
	assert_not(&a, ERR_LOGIN, "login required. Run: mairu login corp");
	assert_int_equal(fake_n, 0);
	/* Not remembered. */
	log_in("tok");
	ask(&a);
	give(0, "K1", 3600, 0);
	assert_given(&a, "K1");
}

static void what_there_is_not_is_said(void **state)
{
	const struct role_ref nowhere = {"nowhere", "Dev", ""};
	struct asked a = {.told = 0};

	(void)state;
	get("K1", 3600);
	ask_role(&a, &nowhere, 0);
	assert_not(&a, ERR_NOT_FOUND, "there is no server nowhere");
	put_server("sso.json",
	    "{\"id\":\"nowhere\",\"url\":\"https://d-1.awsapps.com/start\","
	    "\"aws_sso\":{\"region\":\"eu-west-1\"}}");
	ask_role(&a, &nowhere, 0);
	assert_not(&a, ERR_LOGIN, "login required. Run: mairu login nowhere");
	assert_int_equal(fake_n, 1);
}

static void a_fresh_ask_takes_nothing_that_is_there(void **state)
{
	struct asked a = {.told = 0};

	(void)state;
	get("K1", 3600);
	ask_role(&a, &dev, 1);
	assert_int_equal(a.told, 0);
	give(1, "K2", 3600, 0);
	assert_given(&a, "K2");
	assert_true(cached("K2"));
}

static void what_is_not_to_be_kept_is_given_to_all_that_wait(void **state)
{
	struct asked a = {.told = 0}, b = {.told = 0};

	(void)state;
	log_in("tok");
	ask(&a);
	ask(&b);
	give(0, "K1", 3600, 1);
	assert_given(&a, "K1");
	assert_given(&b, "K1");
	assert_int_equal(roles_count(), 0);
	assert_false(cached("K1"));
	/* Got ahead it would help nobody. */
	roles_warm(roles, &dev);
	assert_int_equal(fake_n, 1);
	ask(&a);
	assert_int_equal(fake_n, 2);
	give(1, "K2", 3600, 1);
	assert_given(&a, "K2");
}

static void warming_gets_what_is_not_there(void **state)
{
	(void)state;
	roles_warm(roles, &dev);
	assert_int_equal(fake_n, 0);
	log_in("tok");
	roles_warm(roles, &dev);
	roles_warm(roles, &dev);
	assert_int_equal(fake_n, 1);
	give(0, "K1", 3600, 0);
	assert_true(cached("K1"));
	roles_warm(roles, &dev);
	assert_int_equal(fake_n, 1);
}

/* --- freshness */

static void the_old_ones_are_served_while_new_ones_come(void **state)
{
	struct asked a = {.told = 0};

	(void)state;
	get("K1", 3600);
	pass_slowly(2690);
	assert_int_equal(fake_n, 1);
	pass_slowly(20);
	assert_int_equal(fake_n, 2);
	assert_true(cached("K1"));
	ask(&a);
	assert_given(&a, "K1");
	give(1, "K2", 3600, 0);
	assert_true(cached("K2"));
	assert_int_equal(fake_n, 2);
}

static void what_nobody_used_for_an_hour_is_not_renewed(void **state)
{
	(void)state;
	get("K1", 8 * 3600);
	pass_slowly(8 * 3600 - 600);
	assert_int_equal(fake_n, 1);
	/* The next use does. */
	assert_true(cached("K1"));
	assert_int_equal(fake_n, 2);
	give(1, "K2", 3600, 0);
	assert_true(cached("K2"));
}

static void another_role_in_use_does_not_renew_it(void **state)
{
	const struct role_ref ops = {"corp", "Ops", ""};
	struct asked a = {.told = 0};

	(void)state;
	get("K1", 8 * 3600);
	ask_role(&a, &ops, 0);
	give(1, "OPS", 12 * 3600, 0);
	for (int i = 0; i < 16; i++) {
		ask_role(&a, &ops, 0);
		pass_slowly(1780);
	}
	assert_int_equal(fake_n, 2);
	assert_int_equal(roles_count(), 2);
}

static void what_has_expired_is_wiped_though_nobody_asks(void **state)
{
	(void)state;
	get("K1", 8 * 3600);
	pass_slowly(8 * 3600 - 20);
	assert_int_equal(roles_count(), 1);
	assert_int_equal(changes, 1);
	pass_slowly(20);
	assert_int_equal(changes, 2);
	assert_int_equal(roles_count(), 0);
	assert_false(cached("K1"));
	assert_int_equal(fake_n, 1);
}

static void nothing_wakes_a_broker_without_credentials(void **state)
{
	struct asked a = {.told = 0};

	(void)state;
	log_in("tok");
	ask(&a);
	fake_answer(0, 403, "", "no");
	assert_false(loop_armed(&roles->timer)); /* nor a failure */
	get("K1", 60);
	assert_true(loop_armed(&roles->timer));
	pass(60);
	assert_int_equal(roles_count(), 0);
	assert_false(loop_armed(&roles->timer));
}

static void what_is_unused_waits_for_its_end_in_peace(void **state)
{
	(void)state;
	get("K1", 8 * 3600);
	assert_int_equal(roles->timer.at - now, 60 * 1000);
	pass_slowly(3600);
	pass_slowly(60);
	assert_true(roles->timer.at - now > 3500 * 1000);
	assert_true(cached("K1"));
	assert_int_equal(roles->timer.at - now, 60 * 1000);
}

static void what_is_asked_for_lazily_is_not_renewed_ahead(void **state)
{
	struct asked a = {.told = 0};
	const struct credential *c;

	(void)state;
	log_in("tok");
	ask_role(&a, &dev, ROLES_LAZY);
	give(0, "K1", 3600, 0);
	assert_given(&a, "K1");
	pass_slowly(3000);
	ask_role(&a, &dev, ROLES_LAZY);
	assert_given(&a, "K1");
	assert_true(roles_cached(roles, &dev, ROLES_LAZY, INT64_MIN, &c));
	pass_slowly(400);
	assert_int_equal(fake_n, 1);
	/* Nor for those who came before, but for whom it matters to. */
	assert_true(cached("K1"));
	assert_int_equal(fake_n, 2);
	give(1, "K2", 3600, 0);
	pass_slowly(2710);
	assert_int_equal(fake_n, 3);
}

static void what_came_before_a_time_is_not_given_after_it(void **state)
{
	const struct credential *c;
	struct asked a = {.told = 0};

	(void)state;
	get("K1", 3600);
	assert_true(roles_cached(roles, &dev, 0, now, &c));
	pass(1);
	assert_false(roles_cached(roles, &dev, 0, now, &c));
	assert_null(c);
	ask_role(&a, &dev, ROLES_FRESH);
	give(1, "K2", 3600, 0);
	assert_given(&a, "K2");
	assert_true(roles_cached(roles, &dev, 0, now, &c));
}

static void waking_up_looks_at_all_of_it(void **state)
{
	struct asked a = {.told = 0};

	(void)state;
	get("K1", 3600);
	/* The monotonic clock stands still. */
	wall += 3000;
	assert_true(cached("K1"));
	assert_int_equal(fake_n, 2);
	give(1, "K2", 3600, 0);
	wall += 4000;
	assert_false(cached("K2"));
	assert_int_equal(changes, 2);
	pass(0);
	assert_int_equal(changes, 3);
	assert_false(cached("K2"));
	assert_false(loop_armed(&roles->timer));
	ask(&a);
	assert_int_equal(fake_n, 3);
	give(2, "K3", 3600, 0);
	assert_given(&a, "K3");
	/* Without any use, within a minute. */
	wall += 3000;
	pass(60);
	assert_int_equal(fake_n, 4);
	give(3, "K4", 3600, 0);
}

/* --- failures */

/* As by a server whose clock is ahead of this machine's. */
static void give_by(size_t i, const char *key, int64_t seconds, int64_t ahead)
{
	char text[400], expires[CREDENTIAL_TIME];
	struct http_answer a;

	credential_time(wall + ahead + seconds, expires);
	(void)snprintf(text, sizeof(text),
	    "{\"Version\":1,\"AccessKeyId\":\"%s\",\"SecretAccessKey\":"
	    "\"s\",\"SessionToken\":\"t\",\"Expiration\":\"%s\"}",
	    key, expires);
	fake_make(&a, 200, "application/json", text);
	a.date = wall + ahead;
	fake_end(i, &a, NULL);
	buf_release(&a.body);
}

/* 1 when an SDK here is told that time. */
static int tells(int64_t expires)
{
	const struct credential *c;
	char text[CREDENTIAL_TIME];

	assert_int_equal(roles_cached(roles, &dev, 0, INT64_MIN, &c), 1);
	credential_time(expires, text);
	return strstr(secret_bytes(c->body), text) != NULL;
}

static void a_clock_that_is_off_ends_nothing_early_nor_late(void **state)
{
	static const int64_t off[] = {600, -600, 7200, -7200};
	struct asked a = {.told = 0};
	size_t n = 0;

	(void)state;
	log_in("tok");
	for (size_t i = 0; i < sizeof(off) / sizeof(off[0]); i++) {
		ask_role(&a, &dev, ROLES_FRESH);
		give_by(n++, "K1", 900, off[i]);
		assert_given(&a, "K1");
		assert_int_equal(a.expires, wall + 900);
		assert_true(tells(wall + 900));
		pass(600);
		assert_true(cached("K1"));
		/* It is renewed ahead by now, which fails. */
		pass(120);
		assert_int_equal(fake_n, n + 1);
		fake_answer(n++, 403, "", "");
		pass(170);
		while (fake_n > n)
			fake_answer(n++, 403, "", "");
		assert_true(cached("K1"));
		pass(1);
		assert_false(cached("K1"));
		pass(100);
		while (fake_n > n)
			fake_answer(n++, 403, "", "");
	}
	/* Less than a minute may be the way here. */
	ask_role(&a, &dev, ROLES_FRESH);
	give_by(n, "K1", 900, 59);
	assert_int_equal(a.expires, wall + 900 + 59);
}

static void what_was_corrected_is_not_given_once_the_clock_was_set(void **state)
{
	struct asked a = {.told = 0};

	(void)state;
	log_in("tok");
	ask(&a);
	give_by(0, "K1", 3600, -600);
	assert_true(cached("K1"));
	/* It goes right. */
	wall -= 600;
	assert_false(cached("K1"));
	ask(&a);
	give_by(1, "K2", 3600, 0);
	assert_given(&a, "K2");
	/* What was right stays, when it is set wrong. */
	wall += 100;
	assert_true(cached("K2"));
}

static void a_refusal_is_remembered_for_ten_seconds(void **state)
{
	struct asked a = {.told = 0};

	(void)state;
	log_in("tok");
	ask(&a);
	fake_answer(0, 403, "text/plain", "not you");
	assert_not(&a, ERR_DENIED, "corp refuses the role Dev (HTTP 403): not");
	assert_int_equal(a.retry_after, 10);
	assert_int_equal(a.ago, 0);
	pass(9);
	ask(&a);
	assert_not(&a, ERR_DENIED, "not you");
	assert_int_equal(a.retry_after, 1);
	assert_int_equal(a.ago, 9);
	roles_warm(roles, &dev);
	assert_int_equal(fake_n, 1);
	ask_role(&a, &dev, 1);
	assert_int_equal(fake_n, 2);
	wait_leave(&a.wait.wait);
	fake_answer(1, 403, "", "");
	pass(10);
	ask(&a);
	assert_int_equal(fake_n, 3);
	give(2, "K1", 3600, 0);
	assert_given(&a, "K1");
}

static void a_server_in_trouble_is_asked_less_and_less(void **state)
{
	struct asked a = {.told = 0};
	int64_t most = 1;

	(void)state;
	log_in("tok");
	for (size_t i = 0; i < 10; i++) {
		ask(&a);
		assert_int_equal(fake_n, i + 1);
		fake_answer(i, 503, "", "");
		assert_not(&a, ERR_UPSTREAM, "HTTP 503");
		assert_true(a.retry_after >= (most + 1) / 2);
		assert_true(a.retry_after <= most);
		ask(&a);
		assert_not(&a, ERR_UPSTREAM, "HTTP 503");
		assert_int_equal(fake_n, i + 1);
		pass(a.retry_after);
		most = most * 2 > 60 ? 60 : most * 2;
	}
	ask(&a);
	give(10, "K1", 3600, 0);
	ask_role(&a, &dev, 1);
	fake_answer(11, 503, "", "");
	assert_int_equal(a.retry_after, 1);
}

static void a_server_may_say_how_long_to_wait(void **state)
{
	struct asked a = {.told = 0};

	(void)state;
	log_in("tok");
	ask(&a);
	fake_answer_after(0, 429, "", "", 120);
	assert_int_equal(a.retry_after, 120);
	pass(119);
	ask(&a);
	assert_not(&a, ERR_UPSTREAM, "too often");
	pass(1);
	ask(&a);
	fake_answer_after(1, 503, "", "", INT64_MAX);
	assert_int_equal(a.retry_after, 3600);
}

static void no_network_is_a_failure_too(void **state)
{
	const struct err why = {ERR_UPSTREAM, 0, "c.example: no route", 0};
	struct asked a = {.told = 0};

	(void)state;
	log_in("tok");
	ask(&a);
	fake_end(0, NULL, &why);
	assert_not(&a, ERR_UPSTREAM, "no route");
	ask(&a);
	assert_not(&a, ERR_UPSTREAM, "no route");
	pass(2);
	fake_fails = 1;
	ask(&a);
	assert_not(&a, ERR_UPSTREAM, "there is no network");
	assert_true(a.retry_after >= 1);
}

/* Nobody has said it but this program, and it may be over at once. */
static void a_want_of_room_here_is_forgotten_at_once(void **state)
{
	struct err full = {ERR_BUSY, 0, "too many wait. Try again", 0};
	struct asked a = {.told = 0};

	(void)state;
	log_in("tok");
	fake_is_full = 1;
	for (int i = 0; i < 3; i++) {
		ask(&a);
		assert_not(&a, ERR_BUSY, "too many at once");
		assert_int_equal(a.retry_after, 1);
		assert_int_equal(a.ago, 0);
	}
	assert_int_equal(fake_n, 0);
	fake_is_full = 0;
	ask(&a);
	assert_int_equal(fake_n, 1);
	/* The same where a call that was begun ends so. */
	fake_end(0, NULL, &full);
	assert_not(&a, ERR_BUSY, "too many wait");
	assert_int_equal(a.retry_after, 1);
	ask(&a);
	assert_int_equal(fake_n, 2);
	full.code = ERR_NOMEM;
	fake_end(1, NULL, &full);
	assert_not(&a, ERR_NOMEM, "too many wait");
	ask(&a);
	give(2, "K1", 3600, 0);
	assert_given(&a, "K1");
	/* A renewal behind is not tried in each round of the loop. */
	pass(3600 - 900);
	full.code = ERR_BUSY;
	assert_int_equal(fake_n, 4);
	fake_end(3, NULL, &full);
	pass(0);
	assert_int_equal(fake_n, 4);
	assert_true(cached("K1"));
	pass(1);
	assert_int_equal(fake_n, 5);
}

static void a_failed_renewal_is_tried_again_behind(void **state)
{
	struct asked a = {.told = 0};

	(void)state;
	get("K1", 3600);
	pass_slowly(2710);
	assert_int_equal(fake_n, 2);
	fake_answer(1, 500, "", "");
	assert_true(cached("K1"));
	assert_int_equal(fake_n, 2);
	pass(2);
	assert_int_equal(fake_n, 3);
	fake_answer(2, 403, "", "");
	ask(&a);
	assert_given(&a, "K1");
	pass(50);
	assert_int_equal(fake_n, 3);
	pass(10);
	assert_int_equal(fake_n, 4);
	give(3, "K2", 3600, 0);
	assert_true(cached("K2"));
}

/* --- logins */

static void a_401_ends_the_session_that_it_is_about(void **state)
{
	struct asked a = {.told = 0};

	(void)state;
	log_in("tok");
	ask(&a);
	fake_answer(0, 401, "", "");
	assert_not(&a, ERR_LOGIN, "corp does not accept the login any more");
	assert_int_equal(session_ended(sessions_at(sessions, 0)), wall);
	ask(&a);
	assert_not(&a, ERR_LOGIN, "Run: mairu login corp");
	assert_int_equal(fake_n, 1);
}

static struct asked second;

static void ask_again(void)
{
	ask(&second);
}

static void a_401_is_not_remembered(void **state)
{
	struct asked a = {.told = 0};

	(void)state;
	sessions_watch(sessions, NULL, NULL);
	log_in("tok");
	ask(&a);
	fake_answer(0, 401, "", "");
	assert_not(&a, ERR_LOGIN, "corp");
	log_in("tok2");
	ask(&a);
	give(1, "K1", 3600, 0);
	assert_given(&a, "K1");
}

static void who_asks_again_at_once_is_told_so_too(void **state)
{
	struct asked a = {.then = ask_again}, b = {.told = 0};

	(void)state;
	second.then = NULL;
	log_in("tok");
	ask(&a);
	ask(&b);
	fake_answer(0, 401, "", "");
	assert_not(&a, ERR_LOGIN, "corp");
	assert_not(&b, ERR_LOGIN, "corp");
	assert_not(&second, ERR_LOGIN, "corp");
	assert_int_equal(fake_n, 1);
}

static void a_logout_forgets_and_tells(void **state)
{
	const struct role_ref ops = {"corp", "Ops", ""};
	struct asked a = {.told = 0};

	(void)state;
	get("K1", 3600);
	ask_role(&a, &ops, 0);
	assert_int_equal(fake_open(), 1);
	log_out();
	assert_not(&a, ERR_LOGIN, "Run: mairu login corp");
	no_way_to_tell();
	assert_int_equal(fake_open(), 0);
	assert_int_equal(roles_count(), 0);
	assert_int_equal(changes, 2);
	assert_false(cached("K1"));
}

static void a_logout_amid_the_telling_stops_it(void **state)
{
	struct asked a = {.then = log_out}, b = {.told = 0};

	(void)state;
	log_in("tok");
	ask(&a);
	ask(&b);
	give(0, "K1", 3600, 0);
	assert_given(&a, "K1");
	assert_not(&b, ERR_LOGIN, "login required. Run: mairu login corp");
	assert_int_equal(roles_count(), 0);
}

static void forgetting_says_how_many_and_whose(void **state)
{
	static const unsigned char other[HASH_SHA256] = {1};
	struct catalog_entry found;

	(void)state;
	get("K1", 3600);
	assert_int_equal(roles_forget(roles, other), 0);
	assert_true(cached("K1"));
	assert_int_equal(catalog_find(up.catalog, "corp", &found, &e), 0);
	assert_int_equal(roles_forget(roles, found.identity), 1);
	assert_int_equal(roles_forget(roles, found.identity), 0);
}

static void a_login_forgets_failures(void **state)
{
	struct asked a = {.told = 0};

	(void)state;
	log_in("tok");
	ask(&a);
	fake_answer(0, 403, "", "no");
	log_in("tok2");
	ask(&a);
	assert_string_equal(
	    fake_header(&fake_calls[role_call_at()].ask, "Authorization"),
	    "Bearer tok2");
	give(role_call_at(), "K1", 3600, 0);
	no_way_to_tell();
	assert_given(&a, "K1");
}

static void another_login_starts_anew(void **state)
{
	const struct role_ref ops = {"corp", "Ops", ""};
	struct asked a = {.told = 0};

	(void)state;
	get("K1", 3600);
	ask_role(&a, &ops, 0);
	log_in("tok2");
	/* It may be of another person. */
	assert_false(cached("K1"));
	assert_int_equal(a.told, 0);
	no_way_to_tell();
	assert_int_equal(fake_open(), 1);
	assert_string_equal(
	    fake_header(&fake_calls[role_call_at()].ask, "Authorization"),
	    "Bearer tok2");
	give(role_call_at(), "OPS", 3600, 0);
	assert_given(&a, "OPS");
}

static void who_waits_is_told_when_starting_anew_fails(void **state)
{
	struct asked a = {.told = 0};

	(void)state;
	log_in("tok");
	ask(&a);
	fake_fails = 1;
	log_in("tok2");
	assert_not(&a, ERR_UPSTREAM, "there is no network");
}

/* --- edits */

static void what_came_from_another_server_is_not_served(void **state)
{
	struct asked a = {.told = 0};

	(void)state;
	get("K1", 3600);
	write_server(",\"token_endpoint\":\"/t\"");
	pass(1);
	assert_false(cached("K1"));
	ask(&a);
	assert_not(&a, ERR_LOGIN, "login required. Run: mairu login corp");
	/* It is wiped when it would be renewed. */
	pass_slowly(2710);
	assert_int_equal(roles_count(), 0);
	assert_int_equal(fake_n, 1);
}

static void an_answer_after_an_edit_is_not_taken(void **state)
{
	struct asked a = {.told = 0};

	(void)state;
	log_in("tok");
	ask(&a);
	write_server(",\"token_endpoint\":\"/t\"");
	pass(1);
	give(0, "K1", 3600, 0);
	assert_not(&a, ERR_UPSTREAM, "changed meanwhile");
	assert_int_equal(roles_count(), 0);
}

/* --- bounds */

static void ask_numbered(struct asked *a, int i)
{
	struct role_ref ref = dev;
	char role[16];

	(void)snprintf(role, sizeof(role), "r%d", i);
	ref.role = role;
	ask_role(a, &ref, 0);
}

static void the_one_unused_for_longest_goes_but_none_with_waiters(void **state)
{
	static struct asked a[ROLES_MAX + 1];
	struct asked first = {.told = 0};

	(void)state;
	log_in("tok");
	ask(&first);
	for (int i = 0; i < ROLES_MAX - 1; i++)
		ask_numbered(&a[i], i);
	ask_numbered(&a[ROLES_MAX], ROLES_MAX);
	assert_not(&a[ROLES_MAX], ERR_BUSY, "1024 roles");
	assert_int_equal(a[ROLES_MAX].retry_after, 1);
	for (size_t i = 1; i < ROLES_MAX; i++)
		give(i, "K", 3600, 0);
	assert_int_equal(roles_count(), ROLES_MAX - 1);
	/* r0 is the oldest of those that nobody waits for. */
	ask_numbered(&a[ROLES_MAX], ROLES_MAX);
	give(ROLES_MAX, "K", 3600, 0);
	assert_given(&a[ROLES_MAX], "K");
	assert_int_equal(roles_count(), ROLES_MAX - 1);
	ask_numbered(&a[1], 1);
	assert_given(&a[1], "K");
	assert_int_equal(first.told, 0);
	give(0, "DEV", 3600, 0);
	assert_given(&first, "DEV");
	ask_numbered(&a[0], 0);
	assert_int_equal(a[0].told, 0);
}

static void the_end_tells_nobody(void **state)
{
	struct asked a = {.told = 0};

	(void)state;
	log_in("tok");
	ask(&a);
	roles_free(roles);
	roles = NULL;
	sessions_watch(sessions, NULL, NULL);
	assert_int_equal(a.told, 0);
	wait_leave(&a.wait.wait);
	assert_int_equal(fake_open(), 0);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, begin, end)
	const struct CMUnitTest tests[] = {
	    T(many_that_wait_make_one_call),
	    T(each_role_is_one_of_its_own),
	    T(a_role_is_the_same_by_any_name_of_its_server),
	    T(without_a_login_nobody_is_asked),
	    T(what_there_is_not_is_said),
	    T(a_fresh_ask_takes_nothing_that_is_there),
	    T(what_is_not_to_be_kept_is_given_to_all_that_wait),
	    T(warming_gets_what_is_not_there),
	    T(the_old_ones_are_served_while_new_ones_come),
	    T(what_nobody_used_for_an_hour_is_not_renewed),
	    T(another_role_in_use_does_not_renew_it),
	    T(what_has_expired_is_wiped_though_nobody_asks),
	    T(nothing_wakes_a_broker_without_credentials),
	    T(what_is_unused_waits_for_its_end_in_peace),
	    T(what_is_asked_for_lazily_is_not_renewed_ahead),
	    T(what_came_before_a_time_is_not_given_after_it),
	    T(waking_up_looks_at_all_of_it),
	    T(a_clock_that_is_off_ends_nothing_early_nor_late),
	    T(what_was_corrected_is_not_given_once_the_clock_was_set),
	    T(a_refusal_is_remembered_for_ten_seconds),
	    T(a_server_in_trouble_is_asked_less_and_less),
	    T(a_server_may_say_how_long_to_wait),
	    T(no_network_is_a_failure_too),
	    T(a_want_of_room_here_is_forgotten_at_once),
	    T(a_failed_renewal_is_tried_again_behind),
	    T(a_401_ends_the_session_that_it_is_about),
	    T(a_401_is_not_remembered),
	    T(who_asks_again_at_once_is_told_so_too),
	    T(a_logout_forgets_and_tells),
	    T(a_logout_amid_the_telling_stops_it),
	    T(forgetting_says_how_many_and_whose),
	    T(a_login_forgets_failures),
	    T(another_login_starts_anew),
	    T(who_waits_is_told_when_starting_anew_fails),
	    T(what_came_from_another_server_is_not_served),
	    T(an_answer_after_an_edit_is_not_taken),
	    T(the_one_unused_for_longest_goes_but_none_with_waiters),
	    T(the_end_tells_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
