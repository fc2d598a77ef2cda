/* Where a start URL leads to: broker/servers/start_url.h. */

#include "fake_http.h"

#include "broker/servers/start_url.h"

#define VANITY "https://sso.example.com/start"
#define PORTAL "https://d-1.awsapps.com/start"

static struct upstream up;
static struct start_url *s;
static struct err e;
static char got[2100];
static int told, code;

static void done(void *arg, const char *url, const struct err *why)
{
	(void)arg;
	told++;
	code = why ? why->code : 0;
	(void)snprintf(got, sizeof(got), "%s", url ? url : "");
	s = NULL;
}

static int begin(void **state)
{
	(void)state;
	told = code = 0;
	s = NULL;
	return 0;
}

static int end(void **state)
{
	(void)state;
	start_url_cancel(s);
	assert_int_equal(fake_open(), 0);
	http_free(NULL);
	return 0;
}

static void ask(const char *url)
{
	assert_int_equal(start_url_ask(&up, url, done, NULL, &s, &e), 0);
	assert_int_equal(told, 0);
}

static void answer(unsigned status, const char *location)
{
	struct http_answer a;
	char copy[2100];

	fake_make(&a, status, "text/html", "");
	(void)snprintf(copy, sizeof(copy), "%s", location ? location : "");
	a.location = location ? copy : NULL;
	fake_end(fake_n - 1, &a, NULL);
	buf_release(&a.body);
}

static void assert_leads(const char *url)
{
	assert_int_equal(told, 1);
	assert_int_equal(code, 0);
	assert_string_equal(got, url);
}

static void a_redirect_leads_to_the_portal(void **state)
{
	(void)state;
	ask(VANITY);
	assert_int_equal(fake_calls[0].ask.head, 1);
	assert_string_equal(buf_str(&fake_calls[0].ask.url), VANITY);
	answer(302, PORTAL "/#/?tab=x");
	assert_leads(PORTAL "/");
	assert_int_equal(fake_n, 1);
}

static void nothing_secret_is_sent(void **state)
{
	(void)state;
	ask(VANITY);
	assert_int_equal(fake_calls[0].ask.headers.len, 0);
	assert_int_equal(fake_calls[0].ask.body.len, 0);
	answer(200, NULL);
}

static void a_url_that_leads_nowhere_is_itself(void **state)
{
	(void)state;
	ask(VANITY);
	answer(200, NULL);
	assert_leads(VANITY);
	told = 0;
	ask(VANITY);
	answer(301, NULL);
	assert_leads(VANITY);
	told = 0;
	/* No redirect, whatever it says besides. */
	ask(VANITY);
	answer(201, PORTAL);
	assert_leads(VANITY);
}

static void a_redirect_that_is_not_safe_does_not_count(void **state)
{
	static const char *const bad[] = {"http://d-1.awsapps.com/start",
	    "/start", "//d-1.awsapps.com/start", "ftp://d-1.awsapps.com/",
	    "https://user:secret@d-1.awsapps.com/start",
	    "https://d-1.awsapps.com:99999/", ""};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		told = 0;
		ask(VANITY);
		answer(302, bad[i]);
		assert_leads(VANITY);
	}
}

static void http_is_for_loopback(void **state)
{
	(void)state;
	ask("http://127.0.0.1:8080/start");
	answer(307, "http://127.0.0.1:8081/start");
	assert_leads("http://127.0.0.1:8081/start");
	assert_int_equal(
	    start_url_ask(&up, "http://example.com/start", done, NULL, &s, &e),
	    ERR_USAGE);
	assert_null(s);
}

static void a_server_that_knows_no_head_is_asked_with_a_get(void **state)
{
	static const unsigned status[] = {405, 501};

	(void)state;
	for (int i = 0; i < 2; i++) {
		told = 0;
		ask(VANITY);
		answer(status[i], NULL);
		assert_int_equal(told, 0);
		assert_int_equal(fake_calls[fake_n - 1].ask.head, 0);
		answer(302, PORTAL);
		assert_leads(PORTAL);
	}
	/* Once. */
	told = 0;
	ask(VANITY);
	answer(405, NULL);
	answer(405, NULL);
	assert_leads(VANITY);
}

static void trouble_on_the_way_is_told(void **state)
{
	struct err why;

	(void)state;
	(void)err_set(&why, ERR_UPSTREAM, "no such host");
	ask(VANITY);
	fake_end(0, NULL, &why);
	assert_int_equal(told, 1);
	assert_int_equal(code, ERR_UPSTREAM);
	fake_fails = 1;
	assert_int_equal(
	    start_url_ask(&up, VANITY, done, NULL, &s, &e), ERR_UPSTREAM);
	assert_null(s);
}

static void one_that_is_cancelled_tells_nobody(void **state)
{
	(void)state;
	ask(VANITY);
	start_url_cancel(s);
	s = NULL;
	assert_int_equal(fake_open(), 0);
	assert_int_equal(told, 0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(a_redirect_leads_to_the_portal),
	    T(nothing_secret_is_sent),
	    T(a_url_that_leads_nowhere_is_itself),
	    T(a_redirect_that_is_not_safe_does_not_count),
	    T(http_is_for_loopback),
	    T(a_server_that_knows_no_head_is_asked_with_a_get),
	    T(trouble_on_the_way_is_told),
	    T(one_that_is_cancelled_tells_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
