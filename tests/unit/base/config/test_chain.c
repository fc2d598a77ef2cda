#include "base/config/chain.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define ARN_A "arn:aws:iam::123456789012:role/A"
#define ARN_B "arn:aws:iam::123456789012:role/B"
#define HOP_A "{\"role_arn\":\"" ARN_A "\"}"

static struct chain c;
static struct err e;

static int read_hops(const char *hops)
{
	char text[4096];

	chain_release(&c);
	(void)snprintf(text, sizeof(text), "{\"hops\":%s}", hops);
	return chain_read(&c, text, &e);
}

static int teardown(void **state)
{
	(void)state;
	chain_release(&c);
	return 0;
}

static void assert_text(const char *want)
{
	struct buf b = BUF_INIT(CHAIN_TEXT);

	chain_text(c.hops, c.n, c.region, c.account, &b);
	assert_string_equal(buf_str(&b), want);
	buf_release(&b);
}

static void no_hops_are_no_text(void **state)
{
	(void)state;
	assert_int_equal(chain_read(&c, "", &e), 0);
	assert_int_equal(c.n, 0);
	assert_text("");
}

static void an_account_may_stand_alone(void **state)
{
	(void)state;
	assert_int_equal(
	    chain_read(&c, "{\"account\":\"123456789012\",\"hops\":[]}", &e),
	    0);
	assert_int_equal(c.n, 0);
	assert_string_equal(c.account, "123456789012");
	assert_text("{\"account\":\"123456789012\",\"hops\":[]}");
	chain_release(&c);
	assert_int_equal(
	    chain_read(&c, "{\"account\":\"12345678901\",\"hops\":[]}", &e),
	    ERR_FORMAT);
	assert_int_equal(
	    chain_read(&c, "{\"account\":123456789012,\"hops\":[]}", &e),
	    ERR_FORMAT);
}

static void everything_of_a_hop_goes_there_and_back(void **state)
{
	static const char text[] =
	    "{\"region\":\"eu-west-1\",\"hops\":[{\"role_arn\":\"" ARN_A "\","
	    "\"external_id\":\"a/b:c\",\"role_session_name\":\"me\","
	    "\"duration_seconds\":900,\"source_identity\":\"alice\","
	    "\"policy\":\"{\\\"Version\\\":\\\"2012-10-17\\\"}\","
	    "\"policy_arns\":[\"arn:aws:iam::aws:policy/ReadOnlyAccess\"],"
	    "\"tags\":{\"team\":\"a b\",\"\xc3\xa4\":\"\"},"
	    "\"transitive_tag_keys\":[\"team\"]}," HOP_A "]}";

	(void)state;
	assert_int_equal(chain_read(&c, text, &e), 0);
	assert_int_equal(c.n, 2);
	assert_string_equal(c.region, "eu-west-1");
	assert_string_equal(c.hops[0].external_id, "a/b:c");
	assert_int_equal(c.hops[0].duration_seconds, 900);
	assert_string_equal(c.hops[0].source_identity, "alice");
	assert_string_equal(c.hops[0].policy, "{\"Version\":\"2012-10-17\"}");
	assert_int_equal(c.hops[0].n_policy_arns, 1);
	assert_int_equal(c.hops[0].n_tags, 2);
	assert_string_equal(c.hops[0].tags[0].value, "a b");
	assert_string_equal(c.hops[0].transitive_tag_keys[0], "team");
	assert_null(c.hops[1].external_id);
	assert_text(text);
}

static void chains_have_equal_texts_only_when_they_are_equal(void **state)
{
	static const char *const more[] = {"", ",\"external_id\":\"ab\"",
	    ",\"role_session_name\":\"ab\"", ",\"duration_seconds\":900",
	    ",\"duration_seconds\":901", ",\"source_identity\":\"ab\"",
	    ",\"policy\":\"{}\"", ",\"tags\":{\"ab\":\"\"}",
	    ",\"transitive_tag_keys\":[\"ab\"]",
	    ",\"policy_arns\":[\"arn:aws:iam::aws:policy/A\"]"};
	enum {
		N = sizeof(more) / sizeof(more[0])
	};
	struct buf text[N];
	char hops[1024];

	(void)state;
	for (size_t i = 0; i < N; i++) {
		(void)snprintf(hops, sizeof(hops),
		    "[{\"role_arn\":\"" ARN_A "\"%s}]", more[i]);
		assert_int_equal(read_hops(hops), 0);
		buf_init(&text[i], CHAIN_TEXT);
		chain_text(c.hops, c.n, NULL, NULL, &text[i]);
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(
			    buf_str(&text[i]), buf_str(&text[k]));
	}
	assert_int_equal(
	    read_hops("[{\"role_arn\":\"" ARN_A "\",\"external_id\":null}]"),
	    0);
	assert_text(buf_str(&text[0]));
	for (size_t i = 0; i < N; i++)
		buf_release(&text[i]);
}

static void differences_are_named(void **state)
{
	struct chain other;

	(void)state;
	assert_int_equal(read_hops("[" HOP_A "]"), 0);
	other = c;
	memset(&c, 0, sizeof(c));
	assert_int_equal(read_hops("[" HOP_A "]"), 0);
	assert_null(hop_difference(&c.hops[0], &other.hops[0]));
	assert_int_equal(read_hops("[{\"role_arn\":\"" ARN_B "\"}]"), 0);
	assert_string_equal(
	    hop_difference(&c.hops[0], &other.hops[0]), "assume_role.role_arn");
	assert_int_equal(
	    read_hops("[{\"role_arn\":\"" ARN_A "\",\"tags\":{\"a\":\"b\"}}]"),
	    0);
	assert_string_equal(
	    hop_difference(&c.hops[0], &other.hops[0]), "assume_role.tags");
	chain_release(&other);
}

static void what_the_service_would_refuse_is_refused(void **state)
{
	static const char *const wrong[] = {
	    "\"external_id\":\"x y\"",
	    "\"role_session_name\":\"a\"",
	    "\"role_session_name\":\"a b\"",
	    "\"duration_seconds\":899",
	    "\"duration_seconds\":43201",
	    "\"source_identity\":\"a/b\"",
	    "\"policy\":{}",
	    "\"policy\":\"\"",
	    "\"policy_arns\":\"arn:aws:iam::aws:policy/A\"",
	    "\"policy_arns\":[\"short\"]",
	    "\"policy_arns\":[1]",
	    "\"tags\":[\"a\"]",
	    "\"tags\":{\"a\":1}",
	    "\"tags\":{\"\":\"a\"}",
	    "\"tags\":{\"a;b\":\"c\"}",
	    "\"tags\":{\"a\":\"b\\nc\"}",
	    "\"transitive_tag_keys\":[\"\"]",
	    "\"transitive_tag_keys\":{}",
	    "\"unheard\":1",
	};
	char hops[512];

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		(void)snprintf(hops, sizeof(hops),
		    "[{\"role_arn\":\"" ARN_A "\",%s}]", wrong[i]);
		if (read_hops(hops) != ERR_FORMAT)
			fail_msg("%s is taken", wrong[i]);
		assert_int_equal(c.n, 0);
		assert_null(c.hops[0].role_arn);
	}
}

static void damaged_texts_are_refused(void **state)
{
	(void)state;
	assert_int_equal(chain_read(&c, "{", &e), ERR_FORMAT);
	assert_int_equal(chain_read(&c, "{}", &e), ERR_FORMAT);
	assert_int_equal(chain_read(&c, "[]", &e), ERR_FORMAT);
	assert_int_equal(read_hops("[]"), ERR_FORMAT);
	assert_int_equal(read_hops("[1]"), ERR_FORMAT);
	assert_int_equal(
	    read_hops("[" HOP_A "," HOP_A "," HOP_A "," HOP_A "," HOP_A
		      "," HOP_A "," HOP_A "," HOP_A "," HOP_A "]"),
	    ERR_FORMAT);
	assert_int_equal(
	    chain_read(&c, "{\"region\":\"a b\",\"hops\":[" HOP_A "]}", &e),
	    ERR_FORMAT);
}

static void a_chain_that_is_too_long_fails(void **state)
{
	static char hops[32 * 1024];
	struct buf b = BUF_INIT(4 * CHAIN_TEXT);
	size_t at = 0;

	(void)state;
	at += (size_t)snprintf(hops, sizeof(hops), "{\"hops\":[");
	for (size_t i = 0; i < 8; i++) {
		at += (size_t)snprintf(hops + at, sizeof(hops) - at,
		    "%s{\"role_arn\":\"" ARN_A "\",\"policy\":\"",
		    i ? "," : "");
		memset(hops + at, 'x', 2048);
		at += 2048;
		at += (size_t)snprintf(hops + at, sizeof(hops) - at, "\"}");
	}
	(void)snprintf(hops + at, sizeof(hops) - at, "]}");
	assert_int_equal(chain_read(&c, hops, &e), 0);
	chain_text(c.hops, c.n, NULL, NULL, &b);
	assert_true(b.failed);
	buf_release(&b);
	chain_text(c.hops, c.n - 1, NULL, NULL, &b);
	assert_false(b.failed);
	buf_release(&b);
}

#define TEST(f) cmocka_unit_test_teardown(f, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(no_hops_are_no_text),
	    TEST(an_account_may_stand_alone),
	    TEST(everything_of_a_hop_goes_there_and_back),
	    TEST(chains_have_equal_texts_only_when_they_are_equal),
	    TEST(differences_are_named),
	    TEST(what_the_service_would_refuse_is_refused),
	    TEST(damaged_texts_are_refused),
	    TEST(a_chain_that_is_too_long_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
