/* Logins that hold, and how they end: broker/sessions/session.h. */

#include "session_world.h"

static void put(int n, const char *id, int64_t expires)
{
	put_with(n, id, "ref", expires ? expires - wall : 0);
}

/* One that can't be renewed. */
static void put_short(int n, const char *id, int64_t seconds)
{
	put_with(n, id, NULL, seconds);
}

static void a_session_is_found_as_it_was_put(void **state)
{
	const struct session *s;

	(void)state;
	put(1, "corp", wall + 100);
	assert_told("+1");
	s = find(1);
	assert_non_null(s);
	assert_null(find(2));
	assert_string_equal(session_id(s), "corp");
	assert_string_equal(session_url(s), "https://c.example/");
	assert_int_equal(session_identity(s)[0], 1);
	assert_true(secret_is(session_access(s), "acc", 3));
	assert_int_equal(session_expires(s), wall + 100);
	assert_int_equal(session_renews(s), 1);
}

static void another_login_takes_its_place(void **state)
{
	uint64_t serial;

	(void)state;
	put(1, "corp", 0);
	serial = session_serial(find(1));
	put(1, "corp", 0);
	assert_told("+1+1");
	assert_true(session_serial(find(1)) != serial);
	assert_null(sessions_at(sessions, 1));
	/* The server's file was edited in between. */
	put(2, "corp", 0);
	assert_told("-1+2");
	assert_null(find(1));
	assert_null(sessions_at(sessions, 1));
}

static void an_expired_session_is_wiped_by_a_timer(void **state)
{
	(void)state;
	put_short(1, "a", 100);
	put_short(2, "b", 10);
	put_short(3, "c", 0);
	assert_told("+1+2+3");
	pass(9);
	assert_told("");
	pass(1);
	assert_told("-2");
	assert_null(find(2));
	pass(90);
	assert_told("-1");
	pass(1000000);
	assert_non_null(find(3));
	assert_told("");
	assert_int_equal(fake_n, 0);
}

static void what_expired_while_the_machine_slept_is_not_found(void **state)
{
	const struct session *s;

	(void)state;
	put_short(1, "a", 8 * 3600);
	told[0] = '\0';
	wall += 9 * 3600;
	assert_null(find(1));
	s = sessions_at(sessions, 0);
	assert_int_equal(session_ended(s), wall - 3600);
	assert_null(session_access(s));
	assert_told("");
	/* Its timer had stood still meanwhile. */
	pass(3600);
	assert_told("-1");
	assert_int_equal(session_ended(s), wall - 2 * 3600);
}

static void what_has_expired_is_listed_for_a_day(void **state)
{
	const struct session *s;

	(void)state;
	put_short(1, "a", 10);
	put_short(2, "b", 0);
	assert_int_equal(session_ended(find(1)), 0);
	pass(10);
	s = sessions_at(sessions, 0);
	assert_string_equal(session_id(s), "a");
	assert_int_equal(session_ended(s), wall);
	assert_null(session_access(s));
	assert_false(session_renews(s));
	pass(24 * 3600 - 1);
	assert_string_equal(session_id(sessions_at(sessions, 0)), "a");
	assert_string_equal(session_id(sessions_at(sessions, 1)), "b");
	pass(1);
	assert_string_equal(session_id(sessions_at(sessions, 0)), "b");
	assert_null(sessions_at(sessions, 1));
}

static void what_has_ended_goes_with_its_file(void **state)
{
	(void)state;
	put_short(1, "a", 10);
	pass(10);
	fake_gone[1] = 1;
	assert_null(sessions_at(sessions, 0));
	fake_gone[1] = 0;
	assert_non_null(sessions_at(sessions, 0));
	fake_gone[1] = 1;
	pass(3600);
	fake_gone[1] = 0;
	assert_null(sessions_at(sessions, 0));
}

static void a_login_or_a_logout_takes_what_has_ended_away(void **state)
{
	(void)state;
	put_short(1, "a", 10);
	pass(10);
	told[0] = '\0';
	assert_int_equal(sessions_drop(sessions, server(1).identity), 1);
	assert_told("");
	assert_null(sessions_at(sessions, 0));
	put_short(1, "a", 10);
	pass(10);
	told[0] = '\0';
	put_short(1, "a", 10);
	assert_told("+1");
	assert_int_equal(session_ended(sessions_at(sessions, 0)), 0);
	assert_null(sessions_at(sessions, 1));
	assert_int_equal(fake_n, 0);
}

static void what_has_ended_goes_before_what_holds(void **state)
{
	char id[16];

	(void)state;
	sessions_watch(sessions, NULL, NULL);
	for (int i = 0; i < SESSION_MAX; i++) {
		(void)snprintf(id, sizeof(id), "s%d", i);
		put_short(i, id, i == 7 ? 10 : 0);
	}
	pass(10);
	put_short(SESSION_MAX, "new", 0);
	assert_non_null(find(0));
	assert_non_null(find(SESSION_MAX));
	put_short(SESSION_MAX + 1, "newer", 0);
	assert_null(find(0));
	assert_non_null(find(1));
}

static void dropping_says_how_many(void **state)
{
	(void)state;
	put(1, "a", 0);
	put(2, "b", 0);
	put(3, "c", 0);
	told[0] = '\0';
	assert_int_equal(sessions_drop(sessions, server(2).identity), 1);
	assert_int_equal(sessions_drop(sessions, server(2).identity), 0);
	assert_told("-2");
	assert_int_equal(sessions_drop_all(sessions), 2);
	assert_int_equal(sessions_drop_all(sessions), 0);
	assert_null(sessions_at(sessions, 0));
}

static void a_late_401_says_nothing_of_the_next_login(void **state)
{
	uint64_t serial;

	(void)state;
	put(1, "a", 0);
	serial = session_serial(find(1));
	put(1, "a", 0);
	sessions_drop_token(sessions, server(1).identity, serial);
	assert_non_null(find(1));
	serial = session_serial(find(1));
	sessions_drop_token(sessions, server(1).identity, serial);
	assert_null(find(1));
}

static void they_stand_in_order_of_id(void **state)
{
	(void)state;
	put(1, "b", 0);
	put(2, "c", 0);
	put(3, "a", 0);
	assert_string_equal(session_id(sessions_at(sessions, 0)), "a");
	assert_string_equal(session_id(sessions_at(sessions, 1)), "b");
	assert_string_equal(session_id(sessions_at(sessions, 2)), "c");
	assert_null(sessions_at(sessions, 3));
}

static void the_oldest_goes_when_there_are_too_many(void **state)
{
	char id[16];

	(void)state;
	sessions_watch(sessions, NULL, NULL);
	for (int i = 0; i <= SESSION_MAX; i++) {
		(void)snprintf(id, sizeof(id), "s%d", i);
		put(i, id, 0);
	}
	assert_null(find(0));
	assert_non_null(find(1));
	assert_non_null(find(SESSION_MAX));
	assert_null(sessions_at(sessions, SESSION_MAX));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(a_session_is_found_as_it_was_put),
	    T(another_login_takes_its_place),
	    T(an_expired_session_is_wiped_by_a_timer),
	    T(what_expired_while_the_machine_slept_is_not_found),
	    T(what_has_expired_is_listed_for_a_day),
	    T(what_has_ended_goes_with_its_file),
	    T(a_login_or_a_logout_takes_what_has_ended_away),
	    T(what_has_ended_goes_before_what_holds),
	    T(dropping_says_how_many),
	    T(a_late_401_says_nothing_of_the_next_login),
	    T(they_stand_in_order_of_id),
	    T(the_oldest_goes_when_there_are_too_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
