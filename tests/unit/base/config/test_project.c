#include "base/config/project.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ARN_A "arn:aws:iam::111111111111:role/A"
#define ARN_B "arn:aws:iam::222222222222:role/B"

static struct project p;
static struct err e;

static int setup(void **state)
{
	(void)state;
	project_init(&p);
	memset(&e, 0, sizeof(e));
	(void)snprintf(p.path, sizeof(p.path), "/home/u/proj/.mairu.json");
	return setenv("HOME", "/home/u", 1);
}

static int teardown(void **state)
{
	(void)state;
	project_release(&p);
	return 0;
}

static int parse_bytes(const void *bytes, size_t len)
{
	buf_clear(&p.bytes);
	buf_add(&p.bytes, bytes, len);
	return project_parse(&p, &e);
}

static int parse(const char *text)
{
	return parse_bytes(text, strlen(text));
}

static void assert_parses(const char *text)
{
	if (parse(text) != 0)
		fail_msg("%s: %s", text, e.msg);
}

static void assert_unparsed(void)
{
	assert_null(p.server);
	assert_null(p.role);
	assert_null(p.region);
	assert_int_equal(p.n_hops, 0);
	assert_int_equal(p.n_unknown, 0);
	assert_null(p.hops[0].role_arn);
}

/* The text is refused, and the message is exactly this behind the path. */
static void assert_wrong(const char *text, const char *said)
{
	static const char path[] = "~/proj/.mairu.json: ";

	assert_int_equal(parse(text), ERR_FORMAT);
	assert_memory_equal(e.msg, path, strlen(path));
	assert_string_equal(e.msg + strlen(path), said);
	assert_unparsed();
}

/* `member` beside a server and a role that are right. */
static void assert_wrong_member(const char *member, const char *said)
{
	char text[8192];

	(void)snprintf(
	    text, sizeof(text), "{\"server\":\"s\",\"role\":\"r\",%s}", member);
	assert_wrong(text, said);
}

static void assert_wrong_hop(const char *member, const char *said)
{
	char text[1024];

	(void)snprintf(text, sizeof(text),
	    "\"assume_role\":{\"role_arn\":\"" ARN_A "\",%s}", member);
	assert_wrong_member(text, said);
}

static void server_and_role_are_enough(void **state)
{
	(void)state;
	assert_parses("{\"server\":\"contoso\",\"role\":\"1/Dev\"}\n");
	assert_string_equal(p.server, "contoso");
	assert_string_equal(p.role, "1/Dev");
	assert_null(p.region);
	assert_int_equal(p.mode, PROJECT_ECS);
	assert_int_equal(p.has_mode, 0);
	assert_int_equal(p.n_hops, 0);
	assert_int_equal(p.n_unknown, 0);
}

static void every_key_is_taken(void **state)
{
	(void)state;
	assert_parses("{\"server\":\"s\",\"role\":\"r\",\"mode\":\"static\","
		      "\"region\":\"eu-west-1\",\"assume_role\":{"
		      "\"role_arn\":\"" ARN_A "\",\"external_id\":\"x:y/z\","
		      "\"role_session_name\":\"me+=,.@-_9\","
		      "\"duration_seconds\":900}}");
	assert_int_equal(p.mode, PROJECT_STATIC);
	assert_int_equal(p.has_mode, 1);
	assert_string_equal(p.region, "eu-west-1");
	assert_int_equal(p.n_hops, 1);
	assert_int_equal(p.hops_are_array, 0);
	assert_string_equal(p.hops[0].role_arn, ARN_A);
	assert_string_equal(p.hops[0].external_id, "x:y/z");
	assert_string_equal(p.hops[0].role_session_name, "me+=,.@-_9");
	assert_int_equal(p.hops[0].duration_seconds, 900);
}

static void an_optional_key_that_is_null_counts_as_absent(void **state)
{
	(void)state;
	assert_parses("{\"server\":\"s\",\"role\":\"r\",\"mode\":null,"
		      "\"region\":null,\"assume_role\":null}");
	assert_int_equal(p.has_mode, 0);
	assert_null(p.region);
	assert_int_equal(p.n_hops, 0);
	assert_parses("{\"server\":\"s\",\"role\":\"r\",\"assume_role\":{"
		      "\"role_arn\":\"" ARN_A "\",\"external_id\":null,"
		      "\"role_session_name\":null,\"duration_seconds\":null}}");
	assert_int_equal(p.n_hops, 1);
	assert_null(p.hops[0].external_id);
	assert_int_equal(p.hops[0].duration_seconds, 0);
}

static void an_array_of_hops_keeps_its_order(void **state)
{
	(void)state;
	assert_parses("{\"server\":\"s\",\"role\":\"r\",\"assume_role\":["
		      "{\"role_arn\":\"" ARN_A "\"},"
		      "{\"role_arn\":\"" ARN_B "\",\"external_id\":\"ab\"}]}");
	assert_int_equal(p.n_hops, 2);
	assert_int_equal(p.hops_are_array, 1);
	assert_string_equal(p.hops[0].role_arn, ARN_A);
	assert_string_equal(p.hops[1].role_arn, ARN_B);
	assert_string_equal(p.hops[1].external_id, "ab");
}

static void text_of_other_scripts_is_welcome(void **state)
{
	(void)state;
	assert_parses("{\"server\":\"s\",\"role\":\"1/Entwickl\\u00fcng \xe9"
		      "\x96\x8b\xe7\x99\xba\"}");
	assert_string_equal(
	    p.role, "1/Entwickl\xc3\xbcng \xe9\x96\x8b\xe7\x99\xba");
}

static void a_required_key_that_is_missing_or_of_another_kind_is_named(
    void **state)
{
	(void)state;
	assert_wrong("{\"role\":\"r\"}",
	    "\"server\" is missing: expected the id or URL of a server (1 to "
	    "2048 bytes)");
	assert_wrong("{\"server\":\"s\"}",
	    "\"role\" is missing: expected the name of a role (1 to 2048 "
	    "bytes)");
	assert_wrong("{\"server\":7,\"role\":\"r\"}",
	    "\"server\": expected the id or URL of a server (1 to 2048 "
	    "bytes), found 7");
	assert_wrong("{\"server\":\"s\",\"role\":null}",
	    "\"role\": expected the name of a role (1 to 2048 bytes), found "
	    "null");
	assert_wrong("{\"server\":\"s\",\"role\":\"\"}",
	    "\"role\": expected the name of a role (1 to 2048 bytes), found "
	    "an empty string");
	assert_wrong("{\"server\":\"s\",\"role\":[1,2]}",
	    "\"role\": expected the name of a role (1 to 2048 bytes), found "
	    "an array of 2");
	assert_wrong("[]", "expected {\"server\": ..., \"role\": ...}, found "
			   "an array");
	assert_wrong("\"x\"", "expected {\"server\": ..., \"role\": ...}, "
			      "found a string");
}

static void all_wrong_keys_are_named_at_once_and_bounded(void **state)
{
	char text[8192];

	(void)state;
	assert_wrong("{\"server\":true,\"role\":\"r\",\"mode\":1.5,"
		     "\"region\":\"EU\"}",
	    "\"server\": expected the id or URL of a server (1 to 2048 "
	    "bytes), found true or false; "
	    "\"mode\": expected \"ecs\" or \"static\", found a number; "
	    "\"region\": expected a region such as \"eu-west-1\", found "
	    "\"EU\"");
#define HOP "{\"role_arn\":1,\"external_id\":2,\"duration_seconds\":3},"
	(void)snprintf(text, sizeof(text),
	    "{\"server\":1,\"role\":2,\"mode\":3,\"region\":4,\"assume_role\":"
	    "[%s]}",
	    HOP HOP HOP HOP HOP HOP "5");
	assert_int_equal(parse(text), ERR_FORMAT);
	assert_non_null(strstr(e.msg, "\"server\""));
	if (strstr(e.msg, " more") == NULL || strstr(e.msg, "; and ") == NULL)
		fail_msg("%s", e.msg);
	assert_true(strlen(e.msg) < sizeof(e.msg) - 1);
}

static void a_long_path_leaves_room_for_what_is_wrong(void **state)
{
	(void)state;
	memset(p.path, 'd', PATH_MAX - 1);
	p.path[0] = '/';
	memcpy(p.path + PATH_MAX - 13, "/.mairu.json", 13);
	assert_int_equal(parse("{\"server\":1,\"role\":2}"), ERR_FORMAT);
	assert_memory_equal(e.msg, "...ddd", 6);
	assert_non_null(strstr(e.msg, "d/.mairu.json: \"server\""));
	assert_non_null(strstr(e.msg, "\"role\""));
}

static void mode_and_region_are_of_their_few_forms(void **state)
{
	char text[256], region[66];

	(void)state;
	assert_wrong_member("\"mode\":\"ECS\"",
	    "\"mode\": expected \"ecs\" or \"static\", found \"ECS\"");
	assert_wrong_member("\"mode\":\"\"", "\"mode\": expected \"ecs\" or "
					     "\"static\", found an empty "
					     "string");
	assert_wrong_member("\"mode\":{}", "\"mode\": expected \"ecs\" or "
					   "\"static\", found an object of 0");
	assert_wrong_member("\"region\":\"\"",
	    "\"region\": expected a region such as \"eu-west-1\", found an "
	    "empty string");
	assert_wrong_member("\"region\":\"eu west\"",
	    "\"region\": expected a region such as \"eu-west-1\", found \"eu "
	    "west\"");
	memset(region, 'a', 65);
	for (size_t len = 63; len <= 65; len += 2) {
		(void)snprintf(text, sizeof(text),
		    "{\"server\":\"s\",\"role\":\"r\",\"region\":\"%.*s\"}",
		    (int)len, region);
		assert_int_equal(parse(text), len == 63 ? 0 : ERR_FORMAT);
	}
	assert_non_null(strstr(e.msg, "(65 bytes)"));
}

static void hops_are_of_their_form(void **state)
{
	(void)state;
	assert_wrong_member("\"assume_role\":\"" ARN_A "\"",
	    "\"assume_role\": expected an object, or an array of 1 to 8, "
	    "found \"" ARN_A "\"");
	assert_wrong_member("\"assume_role\":[]",
	    "\"assume_role\": expected an object, or an array of 1 to 8, "
	    "found an array of 0");
	assert_wrong_member("\"assume_role\":[1,2,3,4,5,6,7,8,9]",
	    "\"assume_role\": expected an object, or an array of 1 to 8, "
	    "found an array of 9");
	assert_wrong_member("\"assume_role\":{}",
	    "\"assume_role.role_arn\" is missing: expected the ARN of a role "
	    "(20 to 2048 bytes)");
	assert_wrong_member("\"assume_role\":[{\"role_arn\":\"" ARN_A
			    "\"},null]",
	    "\"assume_role[1]\": expected an object with a \"role_arn\", "
	    "found null");
	assert_wrong_member("\"assume_role\":[{\"role_arn\":\"short\"}]",
	    "\"assume_role[0].role_arn\": expected the ARN of a role (20 to "
	    "2048 bytes), found \"short\"");
}

static void members_of_a_hop_are_of_their_form(void **state)
{
	static const char *const durations[] = {
	    "899", "43201", "-900", "9e2", "900.0", "\"900\"", "true"};
	static const char *const names[] = {
	    "\"x\"", "\"a b\"", "\"a/b\"", "\"\\u00e4\\u00e4\"", "7", "{}"};
	char text[256];

	(void)state;
	for (size_t i = 0; i < sizeof(durations) / sizeof(*durations); i++) {
		(void)snprintf(text, sizeof(text),
		    "{\"server\":\"s\",\"role\":\"r\",\"assume_role\":{"
		    "\"role_arn\":\"" ARN_A "\",\"duration_seconds\":%s}}",
		    durations[i]);
		assert_int_equal(parse(text), ERR_FORMAT);
		assert_non_null(strstr(e.msg, "assume_role.duration_seconds"));
		assert_non_null(strstr(e.msg, "from 900 to 43200, found "));
	}
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		(void)snprintf(text, sizeof(text),
		    "{\"server\":\"s\",\"role\":\"r\",\"assume_role\":{"
		    "\"role_arn\":\"" ARN_A "\",\"role_session_name\":%s}}",
		    names[i]);
		assert_int_equal(parse(text), ERR_FORMAT);
		assert_non_null(strstr(e.msg, "assume_role.role_session_name"));
	}
	assert_wrong_hop("\"external_id\":\"x\"",
	    "\"assume_role.external_id\": expected 2 to 1224 of A-Z a-z "
	    "0-9 _ + = , . @ : / -, found \"x\"");
	assert_wrong_hop("\"external_id\":12",
	    "\"assume_role.external_id\": expected 2 to 1224 of A-Z a-z "
	    "0-9 _ + = , . @ : / -, found 12");
}

/* A string of `len` bytes is taken, and one of a byte more is not. */
static void assert_limit(const char *format, size_t len)
{
	char *text = malloc(16384), *s = malloc(len + 2);

	assert_non_null(text);
	assert_non_null(s);
	memset(s, 'a', len + 1);
	for (size_t more = 0; more < 2; more++) {
		s[len + more] = '\0';
		(void)snprintf(text, 16384, "{%s%s%s\"}",
		    strncmp(format, "\"server", 7) == 0 ? "\"role\":\"r\","
		    : strncmp(format, "\"role\"", 6) == 0
			? "\"server\":\"s\","
			: "\"server\":\"s\",\"role\":\"r\",",
		    format, s);
		if (strchr(format, '{') != NULL)
			(void)snprintf(text + strlen(text) - 1, 8, "}}");
		assert_int_equal(parse(text), more ? ERR_FORMAT : 0);
		s[len + more] = 'a';
	}
	free(text);
	free(s);
}

static void strings_have_limits(void **state)
{
	(void)state;
	assert_limit("\"server\":\"", 2048);
	assert_limit("\"role\":\"", 2048);
	assert_limit("\"assume_role\":{\"role_arn\":\"", 2048);
	assert_limit("\"assume_role\":{\"role_arn\":\"" ARN_A
		     "\",\"external_id\":\"",
	    1224);
	assert_limit("\"assume_role\":{\"role_arn\":\"" ARN_A
		     "\",\"role_session_name\":\"",
	    64);
}

static void what_would_not_show_as_it_is_is_refused_everywhere(void **state)
{
	static const char *const chars[] = {"\\u0007", "\\u001b[31m", "\\n",
	    "\\u007f", "\\u009b", "\\u202e", "\\u2066", "\\u200b", "\\u200d",
	    "\\ufeff", "\\u2028", "\\u00ad", "\\udb40\\udc41"};
	static const char *const places[] = {
	    "{\"server\":\"aa%s\",\"role\":\"r\"}",
	    "{\"server\":\"s\",\"role\":\"aa%s\"}",
	    "{\"server\":\"s\",\"role\":\"r\",\"region\":\"aa%s\"}",
	    "{\"server\":\"s\",\"role\":\"r\",\"assume_role\":{\"role_arn\":"
	    "\"" ARN_A "%s\"}}",
	    "{\"server\":\"s\",\"role\":\"r\",\"assume_role\":{\"role_arn\":"
	    "\"" ARN_A "\",\"external_id\":\"aa%s\"}}",
	    "{\"server\":\"s\",\"role\":\"r\",\"assume_role\":{\"role_arn\":"
	    "\"" ARN_A "\",\"role_session_name\":\"aa%s\"}}",
	};
	char text[512];

	(void)state;
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++)
		for (size_t k = 0; k < sizeof(chars) / sizeof(*chars); k++) {
			const char *at = strstr(places[i], "%s");

			(void)snprintf(text, sizeof(text), "%.*s%s%s",
			    (int)(at - places[i]), places[i], chars[k], at + 2);
			assert_int_equal(parse(text), ERR_FORMAT);
			for (const char *c = e.msg; *c != '\0'; c++)
				assert_true(*c >= ' ' && *c < 0x7f);
		}
	assert_wrong("{\"server\":\"s\",\"role\":\"dev\\u202e\"}",
	    "\"role\": expected no control, invisible or reordering "
	    "characters, found \"dev\\u{202e}\"");
}

static void unknown_keys_are_collected_sanitised(void **state)
{
	(void)state;
	assert_parses("{\"server\":\"s\",\"role\":\"r\",\"Role\":\"x\","
		      "\"a\\u001b[1m\":{},\"assume_role\":{\"role_arn\":"
		      "\"" ARN_A "\",\"foo\":1}}");
	assert_int_equal(p.n_unknown, 3);
	assert_string_equal(p.unknown[0], "assume_role.foo");
	assert_string_equal(p.unknown[1], "Role");
	assert_string_equal(p.unknown[2], "a\\x1b[1m");
	assert_parses("{\"server\":\"s\",\"role\":\"r\",\"assume_role\":["
		      "{\"role_arn\":\"" ARN_A "\"},"
		      "{\"role_arn\":\"" ARN_A "\",\"bar\":1}]}");
	assert_int_equal(p.n_unknown, 1);
	assert_string_equal(p.unknown[0], "assume_role[1].bar");
	assert_parses("{\"server\":\"s\",\"role\":\"r\",\"1\":1,\"2\":1,"
		      "\"3\":1,\"4\":1,\"5\":1,\"6\":1,\"7\":1,\"8\":1,"
		      "\"9\":1,\"10\":1}");
	assert_int_equal(p.n_unknown, PROJECT_MAX_UNKNOWN);
}

static void what_is_no_json_says_where(void **state)
{
	static const char nul[] = "{\"server\":\"s\",\"role\":\"r\"}\0";

	(void)state;
	assert_int_equal(parse(""), ERR_FORMAT);
	assert_int_equal(parse("{\"server\":\"s\",}"), ERR_FORMAT);
	assert_non_null(
	    strstr(e.msg, "~/proj/.mairu.json: line 1, column 15: "));
	assert_int_equal(
	    parse("{\"server\":\"s\",\"role\":\"r\"} x"), ERR_FORMAT);
	assert_int_equal(parse("{\"server\":\"s\",\"server\":\"t\","
			       "\"role\":\"r\"}"),
	    ERR_FORMAT);
	assert_int_equal(parse_bytes(nul, sizeof(nul)), ERR_FORMAT);
	assert_int_equal(
	    parse("{\"server\":\"s\\u0000\",\"role\":\"r\"}"), ERR_FORMAT);
	assert_int_equal(
	    parse("{\"server\":\"s\xff\",\"role\":\"r\"}"), ERR_FORMAT);
	assert_unparsed();
}

static void a_byte_order_mark_has_a_message_of_its_own(void **state)
{
	(void)state;
	assert_int_equal(parse("\xef\xbb\xbf{\"server\":\"s\",\"role\":"
			       "\"r\"}"),
	    ERR_FORMAT);
	assert_non_null(strstr(e.msg, "byte order mark"));
	assert_int_equal(parse_bytes("\xff\xfe{\0", 4), ERR_FORMAT);
	assert_non_null(strstr(e.msg, "UTF-16"));
	assert_int_equal(parse_bytes("\xfe\xff\0{", 4), ERR_FORMAT);
	assert_non_null(strstr(e.msg, "UTF-16"));
	assert_int_equal(parse("\xef"), ERR_FORMAT);
}

static void parsing_again_replaces_all_that_was_parsed(void **state)
{
	(void)state;
	assert_parses("{\"server\":\"s\",\"role\":\"r\",\"mode\":\"static\","
		      "\"x\":1,\"region\":\"a\",\"assume_role\":[{"
		      "\"role_arn\":\"" ARN_A "\",\"external_id\":\"ab\"}]}");
	assert_parses("{\"server\":\"t\",\"role\":\"u\"}");
	assert_string_equal(p.server, "t");
	assert_int_equal(p.mode, PROJECT_ECS);
	assert_int_equal(p.has_mode, 0);
	assert_null(p.region);
	assert_int_equal(p.n_hops, 0);
	assert_int_equal(p.hops_are_array, 0);
	assert_int_equal(p.n_unknown, 0);
	assert_int_equal(parse("{"), ERR_FORMAT);
	assert_unparsed();
}

static void assert_described(const char *text, const char *expected)
{
	struct buf b = BUF_INIT(1 << 20);

	assert_parses(text);
	project_describe(&p, SIZE_MAX, &b);
	assert_string_equal(buf_str(&b), expected);
	buf_release(&b);
}

static void a_description_says_all_that_decides(void **state)
{
	(void)state;
	assert_described("{\"server\":\"contoso\",\"role\":\"1234/Dev\"}",
	    "server contoso, role 1234/Dev");
	assert_described("{\"server\":\"s\",\"role\":\"r\",\"mode\":\"ecs\"}",
	    "server s, role r");
	assert_described("{\"server\":\"s\",\"role\":\"r\",\"mode\":"
			 "\"static\",\"region\":\"eu-west-1\","
			 "\"assume_role\":[{\"role_arn\":\"" ARN_A "\"},"
			 "{\"role_arn\":\"" ARN_B "\"}]}",
	    "server s, role r, then " ARN_A ", then " ARN_B
	    ", region eu-west-1, mode static");
}

static void a_description_of_a_hop_leaves_nothing_out(void **state)
{
	(void)state;
	assert_described(
	    "{\"server\":\"s\",\"role\":\"r\",\"account\":\"123456789012\","
	    "\"assume_role\":[{\"role_arn\":\"" ARN_A "\","
	    "\"external_id\":\"x:1\",\"role_session_name\":\"me\","
	    "\"duration_seconds\":900,\"source_identity\":\"alice\","
	    "\"policy\":\"{\\\"a\\\":1}\",\"policy_arns\":[\"" ARN_B
	    "\",\"" ARN_A "\"],"
	    "\"tags\":{\"a\":\"b c\",\"d\":\"\"},"
	    "\"transitive_tag_keys\":[\"a\",\"d\"]},"
	    "{\"role_arn\":\"" ARN_B "\",\"duration_seconds\":3600}]}",
	    "server s, role r, then " ARN_A
	    " (external id x:1, session name me, 900 s, source identity "
	    "alice, policy '{\"a\":1}', policy " ARN_B ", policy " ARN_A
	    ", tag a='b c', tag d='', transitive tag a, transitive tag d), "
	    "then " ARN_B " (3600 s), account 123456789012");
}

/* Where a value says more than one word does, no part of it can be taken for
 * another one, and nothing is out of sight. */
static void no_value_looks_like_another_key(void **state)
{
	struct buf b = BUF_INIT(4096);

	(void)state;
	assert_described("{\"server\":\"s\",\"role\":\"X, region eu-west-1\"}",
	    "server s, role 'X, region eu-west-1'");
	assert_false(project_is_simple(&p));
	project_list(&p, &b);
	assert_string_equal(
	    buf_str(&b), "    server: s\n    role: 'X, region eu-west-1'\n");
	buf_clear(&b);
	project_describe(&p, 4, &b);
	assert_string_equal(buf_str(&b), "server s, role 'X, r'...");
	buf_release(&b);
	assert_described("{\"server\":\"s\",\"role\":\"it's \\\"\"}",
	    "server s, role 'it'\\''s \"'");
	assert_described(
	    "{\"server\":\"s\",\"role\":\"r\"}", "server s, role r");
	assert_true(project_is_simple(&p));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(server_and_role_are_enough),
	    TEST(every_key_is_taken),
	    TEST(an_optional_key_that_is_null_counts_as_absent),
	    TEST(an_array_of_hops_keeps_its_order),
	    TEST(text_of_other_scripts_is_welcome),
	    TEST(a_required_key_that_is_missing_or_of_another_kind_is_named),
	    TEST(all_wrong_keys_are_named_at_once_and_bounded),
	    TEST(a_long_path_leaves_room_for_what_is_wrong),
	    TEST(mode_and_region_are_of_their_few_forms),
	    TEST(hops_are_of_their_form),
	    TEST(members_of_a_hop_are_of_their_form),
	    TEST(strings_have_limits),
	    TEST(what_would_not_show_as_it_is_is_refused_everywhere),
	    TEST(unknown_keys_are_collected_sanitised),
	    TEST(what_is_no_json_says_where),
	    TEST(a_byte_order_mark_has_a_message_of_its_own),
	    TEST(parsing_again_replaces_all_that_was_parsed),
	    TEST(a_description_says_all_that_decides),
	    TEST(a_description_of_a_hop_leaves_nothing_out),
	    TEST(no_value_looks_like_another_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
