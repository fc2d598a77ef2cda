/* The parts of requests that need no connection: net/http/server_address.h,
 * head.h, errors.h, ca.h. */

#include "scratch.h"

#include "net/http/ca.h"
#include "net/http/fault.h"
#include "net/http/header.h"
#include "net/http/server_address.h"

static void a_url_names_a_host(void **state)
{
	static const struct {
		const char *url, *name, *shown;
		unsigned port;
		int loopback;
	} cases[] = {
	    {"https://a.example/b?c@d", "a.example", "a.example", 0, 0},
	    {"https://a.example:8443", "a.example", "a.example:8443", 8443, 0},
	    {"http://me:pw@127.0.0.1:80/", "127.0.0.1", "127.0.0.1:80", 80, 1},
	    {"http://a:b@c:d@e.example", "e.example", "e.example", 0, 0},
	    {"https://[::1]:443/", "[::1]", "[::1]:443", 443, 1},
	    {"https://[2001:db8::1]/", "[2001:db8::1]", "[2001:db8::1]", 0, 0},
	    {"HTTP://LocalHost", "LocalHost", "LocalHost", 0, 1},
	    {"https://localhost.example/", "localhost.example",
		"localhost.example", 0, 0},
	    {"https://127.0.0.1.example", "127.0.0.1.example",
		"127.0.0.1.example", 0, 0},
	    {"proxy:3128", "proxy", "proxy:3128", 3128, 0},
	    {"me:pw@proxy", "proxy", "proxy", 0, 0},
	    {"proxy:x", "proxy", "proxy", 0, 0},
	    {"", "", "", 0, 0},
	    {"https://", "", "", 0, 0},
	};
	struct server_address p;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		server_address_of(&p, cases[i].url);
		assert_string_equal(p.name, cases[i].name);
		assert_string_equal(p.shown, cases[i].shown);
		assert_int_equal(p.port, cases[i].port);
		assert_int_equal(p.loopback, cases[i].loopback);
	}
}

static void a_proxy_has_a_port(void **state)
{
	struct server_address p;

	(void)state;
	server_address_of_proxy(&p, "http://proxy.example");
	assert_int_equal(p.port, 1080);
	server_address_of_proxy(&p, "https://proxy.example");
	assert_int_equal(p.port, 443);
	server_address_of_proxy(&p, "socks5h://proxy.example:9");
	assert_int_equal(p.port, 9);
	server_address_of_proxy(&p, "");
	assert_int_equal(p.port, 0);
}

static void lines_without_sense_are_passed_over(void **state)
{
	static const char *const lines[] = {"", ":", "Date", "Date:", "Date: x",
	    "Retry-After:", "Retry-After: 1.5", "Content-Type: ;",
	    "Content-Type: "
	    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
	    "Date: Sun, 06 Nov 1994 08:49:37 GMT and some more, to be longer "
	    "than any date"};
	struct http_head h = {.retry_after = -1};
	struct http_answer a;

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		http_head_line(&h, lines[i], strlen(lines[i]));
	a.status = 302;
	http_head_end(&h, 1000, &a);
	assert_string_equal(a.content_type, "");
	assert_int_equal(a.date, 0);
	assert_int_equal(a.retry_after, -1);
}

static void an_error_type_is_a_name_and_nothing_else(void **state)
{
	static const struct {
		const char *line, *type;
	} cases[] = {
	    {"x-amzn-ErrorType: SlowDownException", "SlowDownException"},
	    {"X-AMZN-ERRORTYPE:a.b#C_d-1:http://x#y", "C_d-1"},
	    {"x-amzn-errortype: :x", ""},
	    {"x-amzn-errortype: a#", ""},
	    {"x-amzn-errortype: No Access", ""},
	    {"x-amzn-errortype: \033[31mRed", ""},
	    {"x-amzn-errortype: "
	     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		"a"},
	    {"x-amzn-errortype: "
	     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		""},
	};
	struct http_head h = {.retry_after = -1};
	struct http_answer a = {.status = 400};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		http_head_line(&h, cases[i].line, strlen(cases[i].line));
		http_head_end(&h, 1000, &a);
		assert_string_equal(a.error_type, cases[i].type);
	}
}

static void a_location_is_that_of_a_redirect_and_a_url(void **state)
{
	char line[2100] = "Location: https://";
	struct http_head h = {.retry_after = -1};
	struct http_answer a = {.status = 301};

	(void)state;
	http_head_line(&h, "location: /a?b#c\r\n", 18);
	http_head_end(&h, 1000, &a);
	assert_string_equal(a.location, "/a?b#c");
	a.status = 200;
	http_head_end(&h, 1000, &a);
	assert_null(a.location);
	a.status = 308;
	http_head_line(&h, "Location: /a b", 14);
	http_head_end(&h, 1000, &a);
	assert_null(a.location);
	http_head_line(&h, "Location: /a\\b", 14);
	http_head_end(&h, 1000, &a);
	assert_null(a.location);
	memset(line + 18, 'a', sizeof(line) - 18);
	http_head_line(&h, line, 10 + 2048);
	http_head_end(&h, 1000, &a);
	assert_int_equal(strlen(a.location), 2048);
	http_head_line(&h, line, 10 + 2049);
	http_head_end(&h, 1000, &a);
	assert_null(a.location);
	/* An interim answer's is not that of the answer. */
	http_head_line(&h, "Location: /a", 12);
	http_head_line(&h, "HTTP/1.1 302 Found", 18);
	http_head_end(&h, 1000, &a);
	assert_null(a.location);
}

static void each_fault_says_who_and_what_to_do(void **state)
{
	struct http_fault f = {.host = "host.example:1",
	    .proxy = "proxy.example:2",
	    .bundle = "/etc/company.pem"};
	struct err e;

	(void)state;
	for (int kind = HTTP_FAULT_NAME; kind <= HTTP_FAULT_OTHER; kind++) {
		f.kind = (enum http_fault_kind)kind;
		assert_int_equal(http_fault_say(&f, &e), ERR_UPSTREAM);
		assert_int_equal(e.code, ERR_UPSTREAM);
		assert_true(strlen(e.msg) > 30);
		if (kind == HTTP_FAULT_BUNDLE)
			assert_non_null(strstr(e.msg, f.bundle));
		else if (kind != HTTP_FAULT_PROXY_NAME)
			assert_non_null(strstr(e.msg, f.host));
		assert_int_equal(strstr(e.msg, f.proxy) != NULL,
		    kind == HTTP_FAULT_PROXY_NAME ||
			kind == HTTP_FAULT_PROXY_REFUSES);
	}
	f.kind = HTTP_FAULT_MEMORY;
	assert_int_equal(http_fault_say(&f, &e), ERR_NOMEM);
	f.kind = HTTP_FAULT_CONNECT;
	f.at_proxy = 1;
	f.proxy = "evil\033[31m";
	assert_int_equal(http_fault_say(&f, &e), ERR_UPSTREAM);
	assert_null(strchr(e.msg, '\033'));
}

static void a_directory_of_hashed_cas_is_known(void **state)
{
	char name[32];

	(void)state;
	assert_false(http_ca_hashed("nowhere"));
	assert_int_equal(mkdir("d", 0700), 0);
	assert_false(http_ca_hashed("d"));
	for (int i = 0; i < 8; i++) {
		assert_false(http_ca_hashed("d"));
		(void)snprintf(name, sizeof(name), "d/%08x.pem", i);
		put(name, "", 0600);
		(void)snprintf(name, sizeof(name), "d/%08x.0", i);
		put(name, "", 0600);
	}
	assert_true(http_ca_hashed("d"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_url_names_a_host),
	    TEST(a_proxy_has_a_port),
	    TEST(lines_without_sense_are_passed_over),
	    TEST(an_error_type_is_a_name_and_nothing_else),
	    TEST(a_location_is_that_of_a_redirect_and_a_url),
	    TEST(each_fault_says_who_and_what_to_do),
	    TEST(a_directory_of_hashed_cas_is_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
