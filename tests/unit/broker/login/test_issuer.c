/* Whose code a browser brought back, and where: broker/login/issuer.c, and
 * code_grant.redirect_path. */

#include "login_world.h"

#define ISSUER "https://api.contoso.example"

static void names_itself(int sends)
{
	fake_has_metadata = 1;
	fake_issuer = ISSUER;
	fake_sends_iss = sends;
}

/* One waits, whose browser has come as far as the server's page. */
static void open_page(int sends, struct view *v, struct waiter *w)
{
	names_itself(sends);
	join(begin("contoso", 0, v), w);
	open_door(v);
}

/* Once what has ended is forgotten. */
static void expect_nothing_left(void)
{
	ahead += 2100;
	assert_int_equal(loop_once(loop, 20, NULL), 0);
	expect_empty_slab();
}

/* The browser brings that. */
static void bring(const struct view *v, const char *query, int *fd)
{
	*fd = come_back(v, query);
	for (int i = 0; i < 20 && !pump_readable(*fd); i++)
		assert_int_equal(loop_once(loop, 5, NULL), 0);
}

/* Ends badly, and no code went anywhere. */
static void assert_refused(const char *query, const char *what)
{
	struct waiter w;
	struct view v;
	int fd;

	fake_reset();
	open_page(1, &v, &w);
	fake_says_itself(NULL);
	bring(&v, query, &fd);
	assert_int_equal(fake_calls, 0);
	hear(fd);
	expect(502, what);
	expect_told(&w, ERR_UPSTREAM, what);
	assert_int_equal(fake_sessions, 0);
}

/* It ends, and nothing of it is left. */
static void expect_ended(int fd, struct waiter *w, int code, const char *what)
{
	if (!code)
		fake_answer(NULL);
	hear(fd);
	expect(code ? 502 : 200, code ? what : "Logged in to ");
	expect_told(w, code, what);
	expect_nothing_left();
}

static void a_code_that_does_not_say_whose_it_is_goes_nowhere(void **state)
{
	(void)state;
	assert_refused("&code=abc", "does not say which server it is from");
	assert_refused("&code=abc&iss=", "another server");
}

static void the_code_of_another_issuer_goes_nowhere(void **state)
{
	(void)state;
	assert_refused("&code=abc&iss=https%3A%2F%2Fother.example",
	    "came from another server (https://other.example)");
	/* RFC 9207, section 2.4: as strings, and nothing like them. */
	assert_refused(
	    "&code=abc&iss=https%3A%2F%2Fapi.contoso.example%2F", "another");
	assert_refused(
	    "&code=abc&iss=https%3A%2F%2Fapi.contoso.example%2Fx", "another");
}

static void the_right_issuer_is_taken(void **state)
{
	struct waiter w;
	struct view v;
	int fd;

	(void)state;
	open_page(1, &v, &w);
	fake_says_itself(NULL);
	fd = come_back(&v, "&code=abc&iss=https%3A%2F%2Fapi.contoso.example");
	pump_calls(1);
	assert_string_equal(fake_code, "abc");
	expect_ended(fd, &w, 0, NULL);
}

static void nothing_is_demanded_where_nothing_is_announced(void **state)
{
	static const struct err down = {ERR_UPSTREAM, 0, "not reached", 0};
	struct view v;

	(void)state;
	names_itself(0);
	finish(begin("contoso", 0, &v), &v);
	fake_reset();
	fake_has_metadata = 1;
	(void)begin("contoso", 0, &v);
	fake_says_itself(NULL); /* no document */
	finish(login_find(logins, "contoso"), &v);
	fake_reset();
	fake_has_metadata = 1;
	(void)begin("contoso", 0, &v);
	fake_says_itself(&down);
	finish(login_find(logins, "contoso"), &v);
}

static void a_code_waits_until_it_is_known_whose_it_has_to_be(void **state)
{
	struct waiter w;
	struct view v;
	int fd;

	(void)state;
	open_page(1, &v, &w);
	bring(&v, "&code=abc", &fd);
	assert_int_equal(fake_calls, 0);
	assert_false(pump_readable(fd));
	fake_says_itself(NULL);
	assert_int_equal(fake_calls, 0);
	expect_ended(fd, &w, ERR_UPSTREAM, "does not say which server");

	fake_reset();
	open_page(1, &v, &w);
	bring(&v, "&code=abc&iss=https%3A%2F%2Fapi.contoso.example", &fd);
	assert_int_equal(fake_calls, 0);
	fake_says_itself(NULL);
	assert_int_equal(fake_calls, 1);
	expect_ended(fd, &w, 0, NULL);
}

static void a_server_that_does_not_say_what_it_is_holds_no_login(void **state)
{
	struct waiter w;
	struct view v;
	int fd;

	(void)state;
	open_page(1, &v, &w);
	bring(&v, "&code=abc", &fd);
	assert_int_equal(fake_calls, 0);
	ahead += 5000;
	pump_calls(1);
	assert_int_equal(fake_metadata_cancelled, 1);
	expect_ended(fd, &w, 0, NULL);
}

/* What comes late was asked by a login that has ended. */
static void a_login_that_ends_asks_no_longer(void **state)
{
	struct view v;

	(void)state;
	names_itself(1);
	(void)begin("contoso", 0, &v);
	login_give_up(logins, "contoso");
	assert_int_equal(fake_metadata_cancelled, 1);
	assert_null(fake_metadata_done);
}

static int paste(const struct view *v, const char *query, struct err *e)
{
	char text[1024];

	(void)snprintf(
	    text, sizeof(text), "%s?state=%s%s", v->redirect, v->state, query);
	return login_paste(logins, "contoso", *query ? text : "abc", e);
}

static void a_code_alone_is_not_pasted_where_its_issuer_counts(void **state)
{
	struct waiter w;
	struct view v;
	struct err e;

	(void)state;
	open_page(1, &v, &w);
	fake_says_itself(NULL);
	assert_int_equal(paste(&v, "", &e), ERR_USAGE);
	assert_non_null(strstr(e.msg, "paste the whole address"));
	assert_int_equal(fake_calls, 0);
	assert_int_equal(
	    paste(&v, "&code=abc&iss=https%3A%2F%2Fapi.contoso.example", &e),
	    0);
	assert_int_equal(fake_calls, 1);
	fake_answer(NULL);
	expect_told(&w, 0, NULL);
	/* Elsewhere it will do. */
	fake_reset();
	open_page(0, &v, &w);
	fake_says_itself(NULL);
	assert_int_equal(paste(&v, "", &e), 0);
	fake_answer(NULL);
	expect_told(&w, 0, NULL);
}

/* --- a path of its own */

static void a_server_has_the_path_that_its_file_says(void **state)
{
	static char path[] = "/back/contoso";
	char target[256];
	struct view v;
	int fd;

	(void)state;
	fake_servers[0].redirect_path = path;
	(void)begin("contoso", 0, &v);
	open_door(&v);
	assert_non_null(strstr(v.redirect, "/back/contoso"));
	/* That of all others leads nowhere. */
	hear(come_back(&v, "&code=abc"));
	expect(404, "Nothing here");
	(void)snprintf(
	    target, sizeof(target), "/back/contosox?state=%s&code=1", v.state);
	get(&v, target, "");
	expect(404, "Nothing here");
	(void)snprintf(
	    target, sizeof(target), "/back/contoso?state=%s&code=1", v.state);
	get(&v, target, "");
	expect(403, "another browser");
	(void)snprintf(answer, sizeof(answer), "Cookie: %s\r\n", v.cookie);
	fd = send_get(&v, target, answer);
	pump_calls(1);
	assert_string_equal(fake_redirect, v.redirect);
	fake_answer(NULL);
	hear(fd);
	expect(200, "Logged in to ");
}

/* --- where it goes */

static void hosts_that_differ_are_told_at_the_first_login(void **state)
{
	struct login_view shown;
	struct view v;
	struct login *login;

	(void)state;
	fake_code_goes_to = "https://tokens.example:8443/t";
	login = begin("contoso", 0, &v);
	assert_int_equal(login_look(login, &shown), 1);
	assert_string_equal(shown.page_at, "login.contoso.example");
	assert_string_equal(shown.code_to, "tokens.example:8443");
	finish(login, &v);
	login = begin("contoso", 0, &v);
	assert_int_equal(login_look(login, &shown), 1);
	assert_null(shown.page_at);
	assert_null(shown.code_to);
	/* Another server is another. */
	login = begin("fabrikam", 0, &v);
	assert_int_equal(login_look(login, &shown), 1);
	assert_string_equal(shown.page_at, "login.fabrikam.example");
}

static void one_host_is_not_told(void **state)
{
	struct login_view shown;
	struct view v;
	struct login *login;

	(void)state;
	fake_code_goes_to = "https://login.contoso.example/token";
	login = begin("contoso", 0, &v);
	assert_int_equal(login_look(login, &shown), 1);
	assert_null(shown.page_at);
	assert_null(shown.code_to);
}

int main(void)
{
#define L(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
	    L(a_code_that_does_not_say_whose_it_is_goes_nowhere),
	    L(the_code_of_another_issuer_goes_nowhere),
	    L(the_right_issuer_is_taken),
	    L(nothing_is_demanded_where_nothing_is_announced),
	    L(a_code_waits_until_it_is_known_whose_it_has_to_be),
	    L(a_server_that_does_not_say_what_it_is_holds_no_login),
	    L(a_login_that_ends_asks_no_longer),
	    L(a_code_alone_is_not_pasted_where_its_issuer_counts),
	    L(a_server_has_the_path_that_its_file_says),
	    L(hosts_that_differ_are_told_at_the_first_login),
	    L(one_host_is_not_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
