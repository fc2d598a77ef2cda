#include "base/core/url.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum {
	ENDPOINT = URL_HTTPS | URL_HTTP_LOOPBACK,
	PROXY = URL_HTTP | URL_HTTPS | URL_SOCKS | URL_USER | URL_NO_PATH,
};

static void assert_good(const char *url, unsigned allowed)
{
	const char *why = url_fault(url, allowed);

	if (why != NULL)
		fail_msg("%s: %s", url, why);
}

static void assert_bad(const char *url, unsigned allowed)
{
	if (url_fault(url, allowed) == NULL)
		fail_msg("%s was let pass", url);
}

static void an_endpoint_is_https_or_loopback(void **state)
{
	(void)state;
	assert_good("https://sts.eu-west-1.amazonaws.com", ENDPOINT);
	assert_good("https://sts.example/", ENDPOINT);
	assert_good("HTTPS://sts.example:8443/a/b", ENDPOINT);
	assert_good("https://10.0.0.1", ENDPOINT);
	assert_good("https://[2001:db8::1]:8443/", ENDPOINT);
	assert_good("http://127.0.0.1:4566", ENDPOINT);
	assert_good("http://127.255.0.9", ENDPOINT);
	assert_good("http://localhost:4566/", ENDPOINT);
	assert_good("http://[::1]:80", ENDPOINT);

	assert_bad("http://sts.example", ENDPOINT);
	assert_bad("http://localhost.example", ENDPOINT);
	assert_bad("http://127.0.0.1.example", ENDPOINT);
	assert_bad("http://128.0.0.1", ENDPOINT);
	assert_bad("http://[::2]", ENDPOINT);
	assert_bad("ftp://sts.example", ENDPOINT);
	assert_bad("socks5://sts.example", ENDPOINT);
	assert_bad("https://u@sts.example", ENDPOINT);
	assert_bad("https://sts.example/?a", ENDPOINT);
	assert_bad("https://sts.example/#a", ENDPOINT);
	assert_bad("https://sts.example?", ENDPOINT);
}

static void a_proxy_may_have_a_user_and_no_path(void **state)
{
	(void)state;
	assert_good("http://proxy:3128", PROXY);
	assert_good("https://proxy.example/", PROXY);
	assert_good("socks5://127.0.0.1:1080", PROXY);
	assert_good("socks5h://u:p%40ss@proxy", PROXY);
	assert_good("http://u:a:b!$&'()*+,;=@proxy:1", PROXY);
	assert_good("http://@proxy", PROXY);

	assert_bad("proxy:3128", PROXY);
	assert_bad("socks4://proxy", PROXY);
	assert_bad("http://proxy/path", PROXY);
	assert_bad("http://u:p/w@proxy", PROXY);
	assert_bad("http://u:p#w@proxy", PROXY);
	assert_bad("http://u:p?w@proxy", PROXY);
	assert_bad("http://u@v@proxy", PROXY);
	assert_bad("http://u:p@", PROXY);
}

static void what_two_parsers_could_read_in_two_ways_is_refused(void **state)
{
	static const char *const bad[] = {"", "https", "https:", "https:/a",
	    "https://", "https:///a", "https://:443", "://host",
	    "https://ho st", "https://host ", " https://host", "https://ho\tst",
	    "https://host\n", "https://host\r\nX: y", "https://h\x7f",
	    "https://h\xc3\xa4", "https://h\\@evil", "https://h%41",
	    "https://h<", "https://h/\"", "https://h,i", "https://h:0",
	    "https://h:65536", "https://h:", "https://h:08", "https://h:+1",
	    "https://h:1:2", "https://h:1a", "https://-h", "https://.h",
	    "https://127.1", "https://2130706433", "https://0x7f000001",
	    "https://127.0.0.0x1", "https://127.0.0.01", "https://1.2.3.4.5",
	    "https://1.2.3.256", "https://[::1", "https://::1", "https://[]",
	    "https://[::1]x", "https://[1.2.3.4]", "https://[::1%25lo]",
	    "https://[:::1]", "https://[12345::]", "javascript://h"};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_bad(bad[i], ENDPOINT);
		assert_bad(bad[i], PROXY);
	}
}

static void a_url_has_a_limit(void **state)
{
	char *url = malloc(URL_MAX + 2);

	(void)state;
	assert_non_null(url);
	memset(url, 'a', URL_MAX + 1);
	memcpy(url, "https://h/", 10);
	url[URL_MAX + 1] = '\0';
	assert_bad(url, ENDPOINT);
	url[URL_MAX] = '\0';
	assert_good(url, ENDPOINT);
	free(url);
}

static void assert_shown(const char *url, const char *expected)
{
	struct buf b = BUF_INIT(URL_MAX);

	url_shown(&b, url);
	assert_string_equal(buf_str(&b), expected);
	buf_release(&b);
}

static void the_origin_is_what_stands_before_the_path(void **state)
{
	struct buf b = BUF_INIT(URL_MAX);

	(void)state;
	buf_adds(&b, "at ");
	url_origin(&b, "HTTPS://A.example:443/x?y");
	assert_string_equal(buf_str(&b), "at https://a.example");
	buf_release(&b);
	assert_int_equal(url_origin_len("https://a:1?x/y"), 11);
	assert_string_equal(url_host("https://a:1/x"), "a:1/x");
	assert_string_equal(url_host("a:1/x"), "a:1/x");
	assert_true(url_same_origin("https://a/x", "HTTPS://A:443/y"));
	assert_false(url_same_origin("https://a/x", "https://a.b/x"));
	assert_false(url_same_origin("https://a/x", "http://a/x"));
	assert_false(url_same_origin("https://a/x", "https:a/x"));
	assert_false(url_same_origin("https://a/x", ""));
}

static void all_but_plain_characters_are_encoded(void **state)
{
	static const char bytes[] = "aZ0-._~/ %\xc3\0+";
	struct buf b = BUF_INIT(URL_MAX);

	(void)state;
	url_encode(&b, bytes, sizeof(bytes) - 1, "");
	assert_string_equal(buf_str(&b), "aZ0-._~%2F%20%25%C3%00%2B");
	buf_clear(&b);
	url_encode(&b, "/a b", 4, "/");
	assert_string_equal(buf_str(&b), "/a%20b");
	buf_release(&b);
}

static void user_and_password_are_not_shown(void **state)
{
	(void)state;
	assert_shown("http://proxy:1/", "http://proxy:1/");
	assert_shown("http://u:p@proxy:1", "http://proxy:1");
	/* Not let pass, and still not shown. */
	assert_shown("http://u:p@q@proxy", "http://proxy");
	assert_shown("http://u:p/q@proxy", "http://proxy");
	assert_shown("u:p@proxy", "proxy");
	assert_shown("u:p://x@proxy", "u:p://proxy");
}

static void a_query_is_let_pass_where_it_is_wanted(void **state)
{
	(void)state;
	assert_good("https://h/?a=b", ENDPOINT | URL_QUERY);
	assert_good("https://h?a", ENDPOINT | URL_QUERY);
	assert_bad("https://h/?a#b", ENDPOINT | URL_QUERY);
	assert_bad("https://h/#?a", ENDPOINT | URL_QUERY);
}

static void a_reference_is_a_path_or_a_whole_url(void **state)
{
	static const char *const good[] = {"oauth/token", "/token", "../t",
	    "?a=b", "./a:b", "t?u=https://x", "https://h/t?a=b",
	    "http://127.0.0.1:1/t"};
	static const char *const bad[] = {"", "#", "t#a", "?a#b", "//h/t",
	    "https:t", "https:/t", "http://h/t", "https://u:p@h/t",
	    "https://h/t#a", "javascript:x", "a:b", "\\\\h", "/\\h", "a b",
	    "t\n", "t\xc3\xa4"};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		if (url_reference_fault(good[i], ENDPOINT) != NULL)
			fail_msg("%s: %s", good[i],
			    url_reference_fault(good[i], ENDPOINT));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (url_reference_fault(bad[i], ENDPOINT) == NULL)
			fail_msg("%s was let pass", bad[i]);
}

static void assert_normal(const char *url, const char *expected)
{
	struct buf b = BUF_INIT(URL_MAX + 1);

	assert_good(url, ENDPOINT | URL_QUERY);
	url_normal(&b, url);
	assert_string_equal(buf_str(&b), expected);
	buf_release(&b);
}

static void equal_urls_are_written_alike(void **state)
{
	(void)state;
	assert_normal("https://h", "https://h/");
	assert_normal("HTTPS://Host.Example:443", "https://host.example/");
	assert_normal("https://h:443/A/b", "https://h/A/b");
	assert_normal("https://h:80/", "https://h:80/");
	assert_normal("https://h:4430/", "https://h:4430/");
	assert_normal("http://127.0.0.1:80", "http://127.0.0.1/");
	assert_normal("http://[::1]:80/x", "http://[::1]/x");
	assert_normal("http://[::1]", "http://[::1]/");
	assert_normal("https://[2001:DB8::443]", "https://[2001:db8::443]/");
	assert_normal("https://h?A", "https://h/?A");
	assert_normal("https://h//A:443", "https://h//A:443");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_endpoint_is_https_or_loopback),
	    cmocka_unit_test(a_proxy_may_have_a_user_and_no_path),
	    cmocka_unit_test(
		what_two_parsers_could_read_in_two_ways_is_refused),
	    cmocka_unit_test(a_url_has_a_limit),
	    cmocka_unit_test(the_origin_is_what_stands_before_the_path),
	    cmocka_unit_test(all_but_plain_characters_are_encoded),
	    cmocka_unit_test(user_and_password_are_not_shown),
	    cmocka_unit_test(a_query_is_let_pass_where_it_is_wanted),
	    cmocka_unit_test(a_reference_is_a_path_or_a_whole_url),
	    cmocka_unit_test(equal_urls_are_written_alike),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
