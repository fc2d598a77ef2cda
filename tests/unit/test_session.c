/* Logins that hold: broker/session.h. */

#include "fake_http.h"

#include "broker/session.h"

static struct loop *loop;
static struct slab *slab;
static struct sessions *sessions;
static int64_t now, wall;
static struct err e;
static char told[64];

static int64_t turned(void *arg)
{
	return *(int64_t *)arg;
}

static void tell(void *arg, const unsigned char identity[HASH_SHA256], int is)
{
	char one[8];

	(void)arg;
	(void)snprintf(one, sizeof(one), "%c%d", is ? '+' : '-', identity[0]);
	assert_true(strlen(told) + strlen(one) < sizeof(told));
	memcpy(told + strlen(told), one, strlen(one) + 1);
}

static int setup(void **state)
{
	(void)state;
	now = 1000;
	wall = 1000000;
	told[0] = '\0';
	if (loop_new(&loop, turned, &now) || slab_new(&slab, 1 << 20, &e) ||
	    sessions_new(&sessions, loop, NULL, &e))
		return -1;
	loop_set_wall(loop, turned, &wall);
	sessions_watch(sessions, tell, NULL);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	sessions_free(sessions);
	slab_free(slab);
	loop_free(loop);
	return 0;
}

/* The server of that number; put() logs in there. */
static struct catalog_entry server(int n, const char *id)
{
	static struct servers_entry s;
	static char name[64], url[] = "https://c.example/";
	struct catalog_entry found = {&s, {0}};

	(void)snprintf(name, sizeof(name), "%s", id);
	s.id = name;
	s.url = url;
	found.identity[0] = (unsigned char)n;
	found.identity[1] = (unsigned char)(n >> 8);
	return found;
}

static void put(int n, const char *id, int64_t expires)
{
	struct catalog_entry found = server(n, id);
	struct provider_tokens t = {NULL, NULL, expires};

	assert_int_equal(secret_new(&t.access, slab, "acc", 3), 0);
	assert_int_equal(secret_new(&t.refresh, slab, "ref", 3), 0);
	assert_int_equal(sessions_put(sessions, &found, &t, &e), 0);
	assert_null(t.access);
}

static const struct session *find(int n)
{
	return sessions_find(sessions, server(n, "").identity);
}

static void pass(int64_t seconds)
{
	now += seconds * 1000;
	wall += seconds;
	assert_int_equal(loop_once(loop, 0, &e), 0);
}

static void assert_told(const char *text)
{
	assert_string_equal(told, text);
	told[0] = '\0';
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
	put(1, "a", wall + 100);
	put(2, "b", wall + 10);
	put(3, "c", 0);
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
}

static void what_expired_while_the_machine_slept_is_not_found(void **state)
{
	(void)state;
	put(1, "a", wall + 8 * 3600);
	told[0] = '\0';
	wall += 8 * 3600;
	assert_null(find(1));
	assert_null(sessions_at(sessions, 0));
	assert_told("");
	/* Its timer had stood still meanwhile. */
	pass(3600);
	assert_told("-1");
}

static void dropping_says_how_many(void **state)
{
	(void)state;
	put(1, "a", 0);
	put(2, "b", 0);
	put(3, "c", 0);
	told[0] = '\0';
	assert_int_equal(sessions_drop(sessions, server(2, "").identity), 1);
	assert_int_equal(sessions_drop(sessions, server(2, "").identity), 0);
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
	sessions_drop_token(sessions, server(1, "").identity, serial);
	assert_non_null(find(1));
	serial = session_serial(find(1));
	sessions_drop_token(sessions, server(1, "").identity, serial);
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
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
	    T(a_session_is_found_as_it_was_put),
	    T(another_login_takes_its_place),
	    T(an_expired_session_is_wiped_by_a_timer),
	    T(what_expired_while_the_machine_slept_is_not_found),
	    T(dropping_says_how_many),
	    T(a_late_401_says_nothing_of_the_next_login),
	    T(they_stand_in_order_of_id),
	    T(the_oldest_goes_when_there_are_too_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
