/* Sessions that stay: renewals, who waits for them, and what their answers
 * mean (broker/sessions/session.h). */

#include "session_world.h"

#include "broker/sessions/kept.h"

/* --- ahead */

static void it_is_renewed_ahead_while_it_is_used(void **state)
{
	const struct session *one;
	static struct asked a = {.n = 0};
	uint64_t serial, login;

	(void)state;
	put_with(1, "corp", "r1", 3600);
	serial = session_serial(find(1));
	login = session_login_serial(find(1));
	pass_slowly(2690);
	assert_int_equal(fake_n, 0);
	pass_slowly(10);
	assert_int_equal(fake_n, 1);
	assert_asked(0, "token", "refresh=r1 client=me");
	/* The old one is good yet. */
	ask(&a, 1);
	assert_got(&a, "acc");
	fake_says(0, 200, "a2 r2 3600");
	one = find(1);
	assert_true(secret_is(session_access(one), "a2", 2));
	assert_int_equal(session_expires(one), wall + 3600);
	assert_true(session_serial(one) != serial);
	assert_int_equal(session_login_serial(one), login);
	assert_told("+1");
	/* What was rotated away is not sent again. */
	ask(&a, 1);
	pass_slowly(2700);
	assert_int_equal(fake_n, 2);
	assert_asked(1, "token", "refresh=r2 client=me");
}

static void a_refresh_token_that_stays_is_kept(void **state)
{
	static struct asked a = {.n = 0};

	(void)state;
	put_with(1, "corp", "r1", 3600);
	renew(&a, 1);
	fake_says(0, 200, "a2 - 3600");
	assert_got(&a, "a2");
	assert_true(session_renews(find(1)));
	renew(&a, 1);
	assert_asked(1, "token", "refresh=r1 client=me");
}

static void what_nobody_uses_is_renewed_when_somebody_does(void **state)
{
	static struct asked a = {.n = 0};

	(void)state;
	put_with(1, "corp", "r1", 3 * 3600);
	pass_slowly(3 * 3600 + 10);
	assert_int_equal(fake_n, 0);
	assert_told("+1");
	assert_non_null(find(1));
	assert_null(session_access(find(1)));
	assert_int_equal(session_ended(find(1)), 0);
	ask(&a, 1);
	assert_int_equal(a.n, 0);
	assert_int_equal(fake_n, 1);
	fake_says(0, 200, "a2 r2 3600");
	assert_got(&a, "a2");
}

static void an_expired_access_token_is_wiped_though_nobody_asks(void **state)
{
	(void)state;
	put_with(1, "corp", "r1", 2 * 3600);
	pass(3601);
	pass(3599);
	assert_int_equal(session_renews(find(1)), 1);
	assert_int_equal(fake_n, 0);
	/* Not even with the clock turned back: it is not there. */
	wall -= 7200;
	assert_null(session_access(find(1)));
}

static void what_a_process_holds_is_renewed_though_nobody_asks(void **state)
{
	(void)state;
	held_n = 2;
	put_with(1, "idle", "r1", 3 * 3600);
	put_with(2, "held", "r2", 3 * 3600);
	pass_slowly(3 * 3600 - 900);
	assert_int_equal(fake_n, 1);
	assert_asked(0, "token", "refresh=r2 client=me");
}

static void a_use_without_a_question_counts(void **state)
{
	(void)state;
	put_with(1, "a", "r1", 3 * 3600);
	put_with(2, "b", "r2", 3 * 3600);
	for (int i = 0; i < 5; i++) {
		pass_slowly(1800);
		sessions_use(sessions, server(1).identity, now);
		/* A use of long ago is none. */
		sessions_use(sessions, server(2).identity, 0);
	}
	pass_slowly(900);
	assert_int_equal(fake_n, 1);
	assert_asked(0, "token", "refresh=r1 client=me");
}

static void a_token_without_an_end_is_not_renewed_ahead(void **state)
{
	static struct asked a = {.n = 0};

	(void)state;
	put_with(1, "corp", "r1", 0);
	for (int i = 0; i < 100; i++) {
		ask(&a, 1);
		assert_got(&a, "acc");
		pass_slowly(1800);
	}
	assert_int_equal(fake_n, 0);
}

static void a_token_of_seconds_makes_no_storm(void **state)
{
	static struct asked a = {.n = 0};

	(void)state;
	put_with(1, "corp", "r1", 3600);
	renew(&a, 1);
	fake_says(0, 200, "a2 - 4");
	for (int i = 0; i < 29; i++)
		pass(1);
	assert_int_equal(fake_n, 1);
	pass(1);
	assert_int_equal(fake_n, 2);
}

static void waking_up_looks_at_all_of_it(void **state)
{
	static struct asked a = {.n = 0};

	(void)state;
	put_with(1, "a", "r1", 3600);
	put_with(2, "b", NULL, 3600);
	told[0] = '\0';
	/* The monotonic clock stands still. */
	wall += 8 * 3600;
	ask(&a, 1);
	assert_int_equal(a.n, 0);
	assert_int_equal(fake_n, 1);
	pass(0);
	assert_told("-2");
	fake_says(0, 200, "a2 r2 3600");
	assert_got(&a, "a2");
	/* Without any question, within a minute. */
	wall += 8 * 3600;
	pass(60);
	assert_int_equal(fake_n, 2);
}

static void nothing_wakes_a_broker_whose_sessions_do_not_end(void **state)
{
	(void)state;
	put_with(1, "corp", "r1", 0);
	assert_false(loop_armed(&sessions->timer));
	put_with(2, "used", "r2", 8 * 3600);
	assert_int_equal(sessions->timer.at - now, 60 * 1000);
	/* Nor often one that only waits for its end. */
	pass_slowly(3600);
	pass_slowly(60);
	assert_true(sessions->timer.at - now > 3500 * 1000);
	sessions_use(sessions, server(2).identity, now);
	assert_int_equal(sessions->timer.at - now, 60 * 1000);
	assert_int_equal(sessions_drop(sessions, server(2).identity), 1);
	assert_false(loop_armed(&sessions->timer));
}

/* --- those who wait */

static void many_that_wait_share_one_renewal(void **state)
{
	static struct asked a[4] = {{.n = 0}};

	(void)state;
	put_with(1, "corp", "r1", 10);
	wall += 10;
	for (int i = 0; i < 3; i++)
		ask(&a[i], 1);
	renew(&a[3], 1);
	assert_int_equal(fake_n, 1);
	wait_leave(&a[1].wait.wait);
	wait_leave(&a[1].wait.wait);
	fake_says(0, 200, "a2 r2 3600");
	assert_got(&a[0], "a2");
	assert_int_equal(a[1].n, 0);
	assert_got(&a[2], "a2");
	assert_got(&a[3], "a2");
	assert_int_equal(fake_n, 1);
	wait_leave(&a[0].wait.wait);
}

static void a_refused_token_is_not_brought_again(void **state)
{
	static struct asked a = {.n = 0}, b = {.n = 0};
	uint64_t first;

	(void)state;
	put_with(1, "corp", "r1", 3600);
	first = session_serial(find(1));
	ask_refused(&a, 1, first);
	/* Nor to anybody else. */
	ask(&b, 1);
	assert_int_equal(a.n + b.n, 0);
	assert_int_equal(fake_n, 1);
	fake_says(0, 200, "a2 r2 3600");
	assert_got(&a, "a2");
	assert_got(&b, "a2");
	/* A 401 that comes late is about the old one. */
	ask_refused(&a, 1, first);
	assert_got(&a, "a2");
	assert_int_equal(fake_n, 1);
}

static void without_a_refresh_token_a_refused_one_is_the_last(void **state)
{
	static struct asked a = {.n = 0};

	(void)state;
	put_with(1, "corp", NULL, 3600);
	ask_refused(&a, 1, session_serial(find(1)));
	assert_not(&a, ERR_LOGIN, "login required. Run: mairu login corp");
	assert_int_equal(fake_n, 0);
}

static void who_asks_where_there_is_none_is_told_how_to_get_one(void **state)
{
	static struct asked a = {.n = 0};

	(void)state;
	ask(&a, 1);
	assert_not(&a, ERR_NOT_FOUND, "there is no such server");
	put_with(1, "corp", NULL, 10);
	pass(10);
	ask(&a, 1);
	assert_not(&a, ERR_LOGIN, "login required. Run: mairu login corp");
	renew(&a, 1);
	assert_not(&a, ERR_LOGIN, "login required. Run: mairu login corp");
	put_with(1, "corp", NULL, 3600);
	renew(&a, 1);
	assert_not(&a, ERR_DENIED,
	    "the session of corp can't be renewed: its server gave no refresh "
	    "token. For another one, run: mairu login --force corp");
	assert_int_equal(fake_n, 0);
}

static struct asked second;

static void log_out(void)
{
	assert_int_equal(sessions_drop(sessions, server(1).identity), 1);
}

static void ask_again(void)
{
	ask_refused(&second, 1, session_serial(find(1)));
}

static void a_logout_amid_the_telling_stops_it(void **state)
{
	static struct asked a = {.then = log_out}, b = {.n = 0};

	(void)state;
	put_with(1, "corp", "r1", 10);
	wall += 10;
	ask(&a, 1);
	ask(&b, 1);
	fake_says(0, 200, "a2 r2 3600");
	assert_got(&a, "a2");
	assert_not(&b, ERR_LOGIN, "login required. Run: mairu login corp");
	assert_null(find(1));
}

static void who_waits_waits_on_when_what_came_is_refused_at_once(void **state)
{
	static struct asked a = {.then = ask_again}, b = {.n = 0};

	(void)state;
	second.then = NULL;
	put_with(1, "corp", "r1", 10);
	wall += 10;
	ask(&a, 1);
	ask(&b, 1);
	fake_says(0, 200, "a2 r2 3600");
	assert_got(&a, "a2");
	assert_int_equal(b.n + second.n, 0);
	assert_int_equal(fake_n, 2);
	fake_says(1, 200, "a3 r3 3600");
	assert_got(&b, "a3");
	assert_got(&second, "a3");
}

/* --- a no */

static void a_refused_refresh_token_ends_the_session(void **state)
{
	static struct asked a = {.n = 0};

	(void)state;
	put_with(1, "corp", "r1", 3600);
	renew(&a, 1);
	fake_says(0, 400, "");
	assert_told("+1-1");
	assert_not(&a, ERR_LOGIN, "no more (400). Run: mairu login corp");
	assert_null(find(1));
	assert_int_equal(session_ended(sessions_at(sessions, 0)), wall);
	assert_null(session_access(sessions_at(sessions, 0)));
	assert_false(session_renews(sessions_at(sessions, 0)));
	ask(&a, 1);
	assert_not(&a, ERR_LOGIN, "Run: mairu login corp");
	/* Nobody is asked, nor told, any more. */
	pass_slowly(3600);
	assert_int_equal(fake_n, 1);
}

static void a_client_that_is_not_known_ends_it_too(void **state)
{
	static struct asked a = {.n = 0};

	(void)state;
	put_with(1, "corp", "r1", 3600);
	renew(&a, 1);
	fake_says(0, 401, "");
	assert_not(
	    &a, ERR_LOGIN, "the client is not known. Run: mairu login corp");
	assert_told("+1-1");
}

static void a_late_refusal_of_a_token_ends_only_its_own(void **state)
{
	static struct asked a = {.n = 0};
	uint64_t first;

	(void)state;
	put_with(1, "corp", "r1", 3600);
	first = session_serial(find(1));
	renew(&a, 1);
	fake_says(0, 200, "a2 r2 3600");
	sessions_drop_token(sessions, server(1).identity, first);
	assert_non_null(find(1));
	sessions_drop_token(sessions, server(1).identity, a.serial);
	assert_null(find(1));
	assert_int_equal(session_ended(sessions_at(sessions, 0)), wall);
	/* Nobody has its refresh token any more. */
	assert_asked(1, "revoke", "r2");
}

/* --- trouble */

static void trouble_ends_nothing_and_is_tried_again(void **state)
{
	const struct err why = {ERR_UPSTREAM, 0, "c.example: no route", 0};
	static struct asked a = {.n = 0};

	(void)state;
	put_with(1, "corp", "r1", 3600);
	pass_slowly(2700);
	fake_end(0, NULL, &why);
	/* The access token is good as long as it is. */
	ask(&a, 1);
	assert_got(&a, "acc");
	pass(2);
	assert_int_equal(fake_n, 2);
	assert_asked(1, "token", "refresh=r1 client=me");
	fake_says(1, 503, "");
	assert_told("+1");
	for (int i = 0; i < 200; i++)
		pass(10);
	assert_int_equal(fake_n, 3);
	fake_says(2, 500, "");
	ask(&a, 1);
	assert_not(&a, ERR_UPSTREAM, "trouble (500)");
	assert_int_equal(fake_n, 3);
	pass(4);
	ask(&a, 1);
	assert_int_equal(fake_n, 4);
	fake_says(3, 200, "a2 r2 3600");
	assert_got(&a, "a2");
	/* Forgotten. */
	ask_refused(&a, 1, a.serial);
	assert_int_equal(fake_n, 5);
}

static void who_waits_is_told_of_trouble(void **state)
{
	const struct err why = {ERR_UPSTREAM, 0, "c.example: no route", 0};
	static struct asked a = {.n = 0}, b = {.n = 0};

	(void)state;
	put_with(1, "corp", "r1", 10);
	wall += 10;
	ask(&a, 1);
	ask(&b, 1);
	fake_end(0, NULL, &why);
	assert_not(&a, ERR_UPSTREAM, "no route");
	assert_not(&b, ERR_UPSTREAM, "no route");
	assert_non_null(find(1));
	fake_fails = 1;
	pass(1);
	ask(&a, 1);
	assert_not(&a, ERR_UPSTREAM, "there is no network");
	assert_non_null(find(1));
}

static void a_server_may_say_how_long_to_wait(void **state)
{
	static struct asked a = {.n = 0};

	(void)state;
	put_with(1, "corp", "r1", 3600);
	pass_slowly(2700);
	fake_answer_after(0, 429, "", "", 120);
	pass_slowly(110);
	assert_int_equal(fake_n, 1);
	ask(&a, 1);
	assert_got(&a, "acc");
	pass(10);
	assert_int_equal(fake_n, 2);
}

static void trouble_is_met_less_and_less_often(void **state)
{
	size_t n = 0;

	(void)state;
	put_with(1, "corp", "r1", 3600);
	pass_slowly(2700);
	for (int i = 0; i < 600; i++) {
		if (fake_open())
			fake_says(fake_n - 1, 500, "");
		pass(1);
		n = i == 300 ? fake_n : n;
	}
	assert_in_range(n, 8, 18);
	assert_in_range(fake_n - n, 5, 11);
}

static void what_is_no_verdict_on_the_token_keeps_it_for_a_minute(void **state)
{
	static struct asked a = {.n = 0};

	(void)state;
	put_with(1, "corp", "r1", 10);
	wall += 10;
	ask(&a, 1);
	fake_says(0, 403, "");
	assert_not(&a, ERR_DENIED, "refused (403)");
	assert_non_null(find(1));
	assert_told("+1");
	pass_slowly(50);
	ask(&a, 1);
	assert_not(&a, ERR_DENIED, "refused (403)");
	assert_int_equal(fake_n, 1);
	/* A person may insist. */
	renew(&a, 1);
	assert_int_equal(fake_n, 2);
	fake_says(1, 403, "");
	pass(60);
	assert_int_equal(fake_n, 3);
}

static void an_answer_that_means_nothing_ends_nothing(void **state)
{
	static struct asked a = {.n = 0};

	(void)state;
	put_with(1, "corp", "r1", 3600);
	renew(&a, 1);
	fake_says(0, 200, "");
	assert_not(&a, ERR_UPSTREAM, "nonsense");
	assert_true(secret_is(session_access(find(1)), "acc", 3));
}

static void a_server_whose_file_is_gone_is_not_asked(void **state)
{
	static struct asked a = {.n = 0};

	(void)state;
	put_with(1, "corp", "r1", 3600);
	fake_gone[1] = 1;
	renew(&a, 1);
	assert_not(&a, ERR_NOT_FOUND, "there is no such server");
	assert_int_equal(fake_n, 0);
	/* An edit may be undone. */
	fake_gone[1] = 0;
	assert_non_null(find(1));
	renew(&a, 1);
	fake_says(0, 200, "a2 r2 3600");
	assert_got(&a, "a2");
}

/* --- logouts and logins meanwhile */

static void what_comes_after_a_logout_is_dropped_and_revoked(void **state)
{
	static struct asked a = {.n = 0};

	(void)state;
	put_with(1, "corp", "r1", 3600);
	renew(&a, 1);
	log_out();
	assert_not(&a, ERR_LOGIN, "Run: mairu login corp");
	assert_null(find(1));
	assert_null(sessions_at(sessions, 0));
	/* r1 is not sent again: it may have been rotated away. */
	assert_int_equal(fake_open(), 1);
	fake_says(0, 200, "a2 r2 3600");
	assert_null(find(1));
	assert_int_equal(fake_n, 2);
	assert_asked(1, "revoke", "r2");
	fake_says(1, 200, "");
	turn();
	assert_int_equal(sessions->revokes->n, 0);
}

static void a_renewal_that_comes_to_nothing_revokes_what_there_was(void **state)
{
	static struct asked a = {.n = 0};

	(void)state;
	put_with(1, "corp", "r1", 3600);
	renew(&a, 1);
	log_out();
	fake_says(0, 503, "");
	assert_asked(1, "revoke", "r1");
	/* Nor does it wait for long. */
	put_with(1, "corp", "r2", 3600);
	renew(&a, 1);
	log_out();
	pass(10);
	assert_asked(3, "revoke", "r2");
	assert_false(fake_calls[2].open);
}

static void what_can_not_be_revoked_is_not_waited_for(void **state)
{
	static struct asked a = {.n = 0};

	(void)state;
	fake_provider.revoke_ask = NULL;
	put_with(1, "corp", "r1", 3600);
	renew(&a, 1);
	log_out();
	assert_not(&a, ERR_LOGIN, "Run: mairu login corp");
	assert_int_equal(fake_open(), 0);
}

static void another_login_is_what_they_get_who_waited(void **state)
{
	static struct asked a = {.n = 0};

	(void)state;
	put_with(1, "corp", "r1", 10);
	wall += 10;
	ask(&a, 1);
	put_with(1, "corp", "s1", 3600);
	assert_got(&a, "acc");
	assert_told("+1+1");
	assert_int_equal(a.serial, session_login_serial(find(1)));
	/* The old one is waited for no more. */
	assert_int_equal(fake_open(), 0);
	renew(&a, 1);
	assert_asked(1, "token", "refresh=s1 client=me");
}

/* Of what the new one rests on too. */
static void another_login_does_not_end_what_both_share(void **state)
{
	static struct asked a = {.n = 0};

	(void)state;
	put_with(1, "corp", "r1", 3600);
	put_with(1, "corp", "s1", 3600);
	assert_int_equal(fake_n, 0);
	renew(&a, 1);
	put_with(1, "corp", "t1", 3600);
	assert_got(&a, "acc");
	assert_int_equal(fake_open(), 0);
	/* A logout is meant. */
	log_out();
	assert_asked(1, "revoke", "t1");
}

static void the_end_of_it_all_waits_for_nobody(void **state)
{
	static struct asked a, b;

	(void)state;
	put_with(1, "a", "r1", 3600);
	put_with(2, "b", "r2", 3600);
	renew(&a, 1);
	renew(&b, 2);
	log_out();
	put_with(3, "c", "r3", 3600);
	assert_int_equal(sessions_drop(sessions, server(3).identity), 1);
	assert_int_equal(fake_open(), 3);
	b.then = log_out; /* is not called by teardown */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(it_is_renewed_ahead_while_it_is_used),
	    T(a_refresh_token_that_stays_is_kept),
	    T(what_nobody_uses_is_renewed_when_somebody_does),
	    T(an_expired_access_token_is_wiped_though_nobody_asks),
	    T(what_a_process_holds_is_renewed_though_nobody_asks),
	    T(a_use_without_a_question_counts),
	    T(a_token_without_an_end_is_not_renewed_ahead),
	    T(a_token_of_seconds_makes_no_storm),
	    T(waking_up_looks_at_all_of_it),
	    T(nothing_wakes_a_broker_whose_sessions_do_not_end),
	    T(many_that_wait_share_one_renewal),
	    T(a_refused_token_is_not_brought_again),
	    T(without_a_refresh_token_a_refused_one_is_the_last),
	    T(who_asks_where_there_is_none_is_told_how_to_get_one),
	    T(a_logout_amid_the_telling_stops_it),
	    T(who_waits_waits_on_when_what_came_is_refused_at_once),
	    T(a_refused_refresh_token_ends_the_session),
	    T(a_client_that_is_not_known_ends_it_too),
	    T(a_late_refusal_of_a_token_ends_only_its_own),
	    T(trouble_ends_nothing_and_is_tried_again),
	    T(who_waits_is_told_of_trouble),
	    T(a_server_may_say_how_long_to_wait),
	    T(trouble_is_met_less_and_less_often),
	    T(what_is_no_verdict_on_the_token_keeps_it_for_a_minute),
	    T(an_answer_that_means_nothing_ends_nothing),
	    T(a_server_whose_file_is_gone_is_not_asked),
	    T(what_comes_after_a_logout_is_dropped_and_revoked),
	    T(a_renewal_that_comes_to_nothing_revokes_what_there_was),
	    T(what_can_not_be_revoked_is_not_waited_for),
	    T(another_login_does_not_end_what_both_share),
	    T(another_login_is_what_they_get_who_waited),
	    T(the_end_of_it_all_waits_for_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
