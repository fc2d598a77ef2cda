/* What a person brings from a browser elsewhere: broker/login/paste.h, and
 * what login.h makes of it. */

#include "login_world.h"

#include "broker/login/paste.h"

#define PATH "/oauth2callback"

/* --- the text alone */

static void expect_parsed(const char *text, int is_code, const char *what)
{
	struct login_pasted p;
	struct err e;

	if (login_paste_parse(&p, text, PATH, &e) < 0)
		fail_msg("%s: %s", text, e.msg);
	assert_int_equal(p.is_code, is_code);
	assert_string_equal(buf_str(&p.text), what);
	login_paste_release(&p);
}

static void expect_refused(const char *text, const char *why)
{
	struct login_pasted p;
	struct err e;

	assert_int_equal(login_paste_parse(&p, text, PATH, &e), ERR_USAGE);
	assert_int_equal(e.code, ERR_USAGE);
	if (!strstr(e.msg, why))
		fail_msg("not %s but %s", why, e.msg);
	login_paste_release(&p);
}

static void an_address_is_taken_for_its_query(void **state)
{
	static const char *const same[] = {
	    "http://127.0.0.1:4000" PATH "?state=a&code=b%2F",
	    "http://localhost" PATH "?state=a&code=b%2F",
	    "HTTPS://Other.example:8443" PATH "?state=a&code=b%2F",
	    "127.0.0.1:4000" PATH "?state=a&code=b%2F",
	    "  \t\"http://127.0.0.1:4000" PATH "?state=a&code=b%2F\"\r\n",
	    "'http://[::1]:4000" PATH "?state=a&code=b%2F'",
	    "<http://127.0.0.1:4000" PATH "?state=a&code=b%2F>",
	    "` http://127.0.0.1:4000" PATH "?state=a&code=b%2F `",
	    "http://127.0.0.1:4000" PATH "?state=a&code=b%2F#_=_",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++)
		expect_parsed(same[i], 0, "state=a&code=b%2F");
	expect_parsed("http://h" PATH "?", 0, "");
	expect_parsed("http://h" PATH "?#x", 0, "");
}

static void a_code_is_taken_as_it_is(void **state)
{
	static char text[LOGIN_PASTE_CODE + 2];

	(void)state;
	expect_parsed("abc", 1, "abc");
	expect_parsed(" 4/0Adeu5B-_~.%2F+=? \n", 1, "4/0Adeu5B-_~.%2F+=?");
	expect_parsed("'x'", 1, "x");
	expect_parsed("'x", 1, "'x");
	memset(text, 'c', LOGIN_PASTE_CODE);
	expect_parsed(text, 1, text);
	text[LOGIN_PASTE_CODE] = 'c';
	expect_refused(text, "neither the address that the browser ended at");
}

static void what_is_neither_is_said(void **state)
{
	static const char *const others[] = {"http://", "http://h",
	    "http:///" PATH "?code=a", "http://h/?code=a", "http://h" PATH,
	    "http://h" PATH "/?code=a", "http://h" PATH "x?code=a",
	    "http://h/x" PATH "?code=a", "http://h?x=" PATH "?code=a",
	    "http://h#" PATH "?code=a", "ftp://h" PATH "?code=a",
	    PATH "?code=a",
	    "https://login.contoso.example/authorize?r=http://127.0.0.1" PATH};
	static const char *const blanks[] = {"", " ", "\"\"", "' '", "\n"};
	static const char *const texts[] = {"a b", "a\tb", "\303\274", "a\x7f",
	    "b\001", "Error: no\nway", "callback?code=a&state=b",
	    "?state=b&code=a", "4/0A&state=b", "code=a"};
	static char text[40 * 1024];

	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		expect_refused(others[i], "with " PATH " in it");
	for (size_t i = 0; i < sizeof(blanks) / sizeof(blanks[0]); i++)
		expect_refused(blanks[i], "nothing was pasted");
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		expect_refused(texts[i], "neither the address");
	memset(text, 'h', sizeof(text) - 1);
	expect_refused(text, "too long");
}

/* --- a login that waits for it */

static int paste(const char *text, struct err *e)
{
	memset(e, 0, sizeof(*e));
	return login_paste(logins, "contoso", text, e);
}

static void expect_waits_on(const char *text, const char *why)
{
	struct err e;

	assert_int_equal(paste(text, &e), ERR_USAGE);
	if (!strstr(e.msg, why))
		fail_msg("not %s but %s", why, e.msg);
	assert_int_equal(fake_calls, 0);
	assert_int_equal(logins_count(), 1);
}

/* The address that the browser would end at. */
static const char *address(const struct view *v, const char *more)
{
	static char text[1024];

	(void)snprintf(text, sizeof(text),
	    "http://127.0.0.1:%u" PATH "?state=%s%s", v->port, v->state, more);
	return text;
}

static void an_address_finishes_the_login(void **state)
{
	struct login_view shown;
	struct login *login;
	struct waiter w;
	struct view v;
	struct err e;

	(void)state;
	login = begin("contoso", 0, &v);
	join(login, &w);
	open_door(&v);
	/* The long URL is what the short one leads to. */
	assert_int_equal(login_look(login, &shown), 1);
	assert_string_equal(shown.long_url, v.location);
	assert_int_equal(shown.grant, SERVERS_CODE);
	assert_int_equal(paste(address(&v, "&code=a%2Fb+c"), &e), 0);
	assert_int_equal(fake_calls, 1);
	assert_string_equal(fake_code, "a/b c");
	assert_string_equal(fake_redirect, v.redirect);
	assert_int_equal(w.told, 0);
	fake_answer(NULL);
	expect_told(&w, 0, NULL);
	assert_int_equal(fake_sessions, 1);
	assert_int_equal(paste(address(&v, "&code=a"), &e), ERR_LOGIN);
	assert_string_equal(
	    e.msg, "no login there is under way. Run: mairu login contoso");
}

static void a_code_alone_finishes_it_too(void **state)
{
	struct waiter w;
	struct view v;
	struct err e;

	(void)state;
	join(begin("contoso", 0, &v), &w);
	assert_int_equal(paste("  4/0Ab \n", &e), 0);
	assert_string_equal(fake_code, "4/0Ab");
	assert_int_equal(paste("again", &e), ERR_USAGE);
	assert_string_equal(fake_code, "4/0Ab");
	assert_int_equal(strlen(fake_verifier), 43);
	fake_answer(NULL);
	expect_told(&w, 0, NULL);
}

static void what_belongs_to_no_login_here_leaves_it_alive(void **state)
{
	char other[256];
	struct view v;
	struct login *login = begin("contoso", 0, &v);

	(void)state;
	open_door(&v);
	(void)snprintf(other, sizeof(other), "%s", v.state);
	v.state[0] = v.state[0] == 'A' ? 'B' : 'A';
	expect_waits_on(address(&v, "&code=1"),
	    "this address belongs to another login than the one to contoso");
	/* Nor does a refusal end it. */
	expect_waits_on(address(&v, "&error=access_denied"), "another login");
	expect_waits_on("http://h" PATH "?code=1", "another login");
	expect_waits_on("http://h" PATH "?state=&code=1", "another login");
	memcpy(v.state, other, sizeof(v.state));
	expect_waits_on(address(&v, "x&code=1"), "another login");
	expect_waits_on(address(&v, "&code=1&code=2"), "damaged");
	expect_waits_on(address(&v, "&code=%4"), "damaged");
	expect_waits_on(address(&v, "&code=%00"), "damaged");
	expect_waits_on(address(&v, "&code=a b"), "damaged");
	expect_waits_on("two words", "neither");
	expect_waits_on("", "nothing was pasted");
	finish(login, &v);
}

static void a_refusal_in_the_address_ends_it(void **state)
{
	struct waiter w;
	struct view v;
	struct err e;

	(void)state;
	join(begin("contoso", 0, &v), &w);
	open_door(&v);
	assert_int_equal(
	    paste(address(&v,
		      "&error=access_denied&error_description=You+may%1bnot."),
		&e),
	    0);
	expect_told(&w, ERR_DENIED,
	    "contoso refused the login: You may\\x1bnot (access_denied). To "
	    "try again, run: mairu login contoso");
	expect_closed(&v);
	join(begin("contoso", 0, &v), &w);
	open_door(&v);
	assert_int_equal(paste(address(&v, ""), &e), 0);
	expect_told(&w, ERR_UPSTREAM, "without a code");
	join(begin("contoso", 0, &v), &w);
	open_door(&v);
	assert_int_equal(
	    paste(address(&v, "&code=1&iss=https://evil.example"), &e), 0);
	expect_told(&w, ERR_UPSTREAM, "came from another server");
	assert_int_equal(fake_calls, 0);
}

static void the_first_of_paste_and_browser_counts(void **state)
{
	struct waiter w;
	struct view v;
	struct err e;
	int fd;

	(void)state;
	join(begin("contoso", 0, &v), &w);
	open_door(&v);
	assert_int_equal(paste(address(&v, "&code=one"), &e), 0);
	hear(come_back(&v, "&code=two"));
	expect(409, "The login is being finished");
	assert_int_equal(paste(address(&v, "&code=three"), &e), ERR_USAGE);
	assert_non_null(strstr(e.msg, "is being finished"));
	assert_int_equal(paste("four", &e), ERR_USAGE);
	assert_int_equal(
	    paste(address(&v, "&error=access_denied"), &e), ERR_USAGE);
	assert_string_equal(fake_code, "one");
	fake_answer(NULL);
	expect_told(&w, 0, NULL);

	join(begin("contoso", 0, &v), &w);
	open_door(&v);
	fd = come_back(&v, "&code=one");
	pump_calls(2);
	assert_int_equal(paste(address(&v, "&code=two"), &e), ERR_USAGE);
	assert_int_equal(paste("three", &e), ERR_USAGE);
	assert_string_equal(fake_code, "one");
	fake_answer(NULL);
	hear(fd);
	expect(200, "Logged in to contoso");
	expect_told(&w, 0, NULL);
}

static void the_exchange_of_a_paste_fails_like_any(void **state)
{
	struct waiter w;
	struct view v;
	struct err e;

	(void)state;
	join(begin("contoso", 0, &v), &w);
	assert_int_equal(paste("wrong", &e), 0);
	(void)err_set(&fake_take_fails, ERR_DENIED, "contoso takes no such");
	fake_answer(NULL);
	expect_told(&w, ERR_DENIED,
	    "contoso takes no such. To try again, run: mairu login contoso");
	fake_take_fails.code = 0;
	/* "Not yet" has no sense here. */
	join(begin("contoso", 0, &v), &w);
	assert_int_equal(paste("right", &e), 0);
	fake_token_says = PROVIDER_PENDING;
	fake_answer(NULL);
	expect_told(&w, ERR_UPSTREAM, "does not say yes or no");
	assert_int_equal(fake_sessions, 0);
}

static void there_may_be_nothing_to_paste(void **state)
{
	const struct login_want device = {
	    .server = "contoso", .grant = LOGIN_DEVICE};
	struct login *login;
	struct err e;

	(void)state;
	assert_int_equal(paste("abc", &e), ERR_LOGIN);
	fake_servers[0].has_device = 1;
	assert_int_equal(login_begin(logins, &device, &login, &e), 0);
	assert_int_equal(paste("abc", &e), ERR_USAGE);
	assert_non_null(strstr(e.msg, "nothing to paste in this login"));
	login_give_up(logins, "contoso");
	/* Its client is not there yet. */
	fake_servers[0].has_device = 0;
	fake_with_clients();
	assert_int_equal(begin_with("contoso", 0, &login, &e), 0);
	assert_int_equal(paste("abc", &e), ERR_USAGE);
	assert_non_null(strstr(e.msg, "has not come so far"));
	assert_int_equal(logins_count(), 1);
	fake_answer(NULL);
	assert_int_equal(paste("abc", &e), 0);
}

static void it_stops_while_a_paste_is_exchanged(void **state)
{
	struct waiter w;
	struct view v;
	struct err e;

	(void)state;
	join(begin("contoso", 0, &v), &w);
	assert_int_equal(paste("abc", &e), 0);
	logins_free(logins);
	logins = NULL;
	assert_int_equal(fake_cancelled, 1);
	assert_int_equal(w.told, 0);
	expect_empty_slab();
}

int main(void)
{
#define L(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_address_is_taken_for_its_query),
	    cmocka_unit_test(a_code_is_taken_as_it_is),
	    cmocka_unit_test(what_is_neither_is_said),
	    L(an_address_finishes_the_login),
	    L(a_code_alone_finishes_it_too),
	    L(what_belongs_to_no_login_here_leaves_it_alive),
	    L(a_refusal_in_the_address_ends_it),
	    L(the_first_of_paste_and_browser_counts),
	    L(the_exchange_of_a_paste_fails_like_any),
	    L(there_may_be_nothing_to_paste),
	    L(it_stops_while_a_paste_is_exchanged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
