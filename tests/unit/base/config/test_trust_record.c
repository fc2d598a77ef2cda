#include "base/config/trust_record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define PATH  "/home/u/proj/.mairu.json"
#define PLAIN "{\"server\":\"contoso\",\"role\":\"123456789012/Dev\"}\n"
#define HASH  "F/Igku3paMcKl9dOGyWfasLc+E/u3VwNXQ1noWgDdx+k1RoW3ZAlr2ng5yAbcLJ4"
#define ARN_A "arn:aws:iam::111111111111:role/A"
#define ARN_B "arn:aws:iam::222222222222:role/B"

static struct project p;
static struct err e;

/* The digest is that of HASH, whatever the text. */
static void config(const char *text)
{
	const struct hash_part parts[] = {
	    {"v0.auto\0", 9},
	    {PATH, strlen(PATH)},
	    {"\0", 2},
	    {PLAIN, strlen(PLAIN)},
	};

	(void)snprintf(p.path, sizeof(p.path), "%s", PATH);
	buf_clear(&p.bytes);
	buf_adds(&p.bytes, text);
	hash_sha384(parts, 4, p.digest);
	if (project_parse(&p, &e) < 0)
		fail_msg("%s", e.msg);
}

static int setup(void **state)
{
	(void)state;
	project_init(&p);
	memset(&e, 0, sizeof(e));
	config(PLAIN);
	return setenv("HOME", "/home/u", 1) | unsetenv("XDG_STATE_HOME");
}

static int teardown(void **state)
{
	(void)state;
	project_release(&p);
	return 0;
}

static int judge_bytes(
    const void *bytes, size_t len, enum trust_verdict *v, const char **key)
{
	struct buf b = BUF_INIT(TRUST_MAX_BYTES);
	int r;

	buf_add(&b, bytes, len);
	r = trust_judge(&b, &p, v, key, &e);
	buf_release(&b);
	return r;
}

static void assert_judged(
    const char *record, enum trust_verdict expected, const char *expected_key)
{
	const char *key = "?";
	enum trust_verdict v;

	if (judge_bytes(record, strlen(record), &v, &key) < 0)
		fail_msg("%s", e.msg);
	assert_int_equal(v, expected);
	if (expected_key == NULL)
		assert_null(key);
	else
		assert_string_equal(key, expected_key);
}

static void assert_broken(const char *record)
{
	enum trust_verdict v = TRUST_ALLOWED;

	assert_int_equal(
	    judge_bytes(record, strlen(record), &v, NULL), ERR_FORMAT);
	assert_int_equal(v, TRUST_UNKNOWN);
	assert_non_null(
	    strstr(e.msg, "~/.local/state/mairu/trust/trust."
			  "hYXpvMC8VhcNdD4ySwSmQReanBufKKMt3Pj7mZfIcrY.json"));
	assert_non_null(strstr(e.msg, "mairu allow"));
}

#define RECORD(trust, digest, content)                                         \
	"{\"path\":\"" PATH "\",\"trust\":" trust ",\"digest\":" digest        \
	",\"content\":" content                                                \
	",\"updated_at\":\"2026-01-02T03:04:05.123456789Z\"}"
#define DIGEST "{\"type\":\"Sha384\",\"hash\":\"" HASH "\"}"
#define CONTENT(more)                                                          \
	"{\"server\":\"contoso\",\"role\":\"123456789012/Dev\"" more "}"

/* Asserts what a record with this content says of a config with that. */
static void assert_content(
    const char *file, const char *content, const char *unseen)
{
	char text[2048];

	(void)snprintf(text, sizeof(text),
	    "{\"server\":\"contoso\",\"role\":\"123456789012/Dev\"%s}", file);
	config(text);
	(void)snprintf(
	    text, sizeof(text), RECORD("true", DIGEST, "%s"), content);
	assert_judged(
	    text, unseen == NULL ? TRUST_ALLOWED : TRUST_NARROWER, unseen);
}

static void a_path_has_the_name_that_mairu_0_11_gives_it(void **state)
{
	char path[PATH_MAX];

	(void)state;
	assert_int_equal(trust_file(PATH, path, &e), 0);
	assert_string_equal(path,
	    "/home/u/.local/state/mairu/trust/trust."
	    "hYXpvMC8VhcNdD4ySwSmQReanBufKKMt3Pj7mZfIcrY.json");
}

static void records_of_mairu_0_11_are_accepted(void **state)
{
	(void)state;
	/* As 0.12 writes it. */
	assert_judged("{\n"
		      "  \"path\": \"" PATH "\",\n"
		      "  \"trust\": true,\n"
		      "  \"digest\": {\n"
		      "    \"type\": \"Sha384\",\n"
		      "    \"hash\": \"" HASH "\"\n"
		      "  },\n"
		      "  \"content\": {\n"
		      "    \"server\": \"contoso\",\n"
		      "    \"role\": \"123456789012/Dev\",\n"
		      "    \"mode\": null,\n"
		      "    \"assume_role\": null\n"
		      "  },\n"
		      "  \"updated_at\": \"2025-12-31T23:59:59.000001Z\"\n"
		      "}\n",
	    TRUST_ALLOWED, NULL);
	/* As it does where it leaves out what is not there. */
	assert_judged(RECORD("true", DIGEST, CONTENT(",\"mode\":null")),
	    TRUST_ALLOWED, NULL);
	assert_content(",\"mode\":\"static\",\"assume_role\":{\"role_arn\":"
		       "\"" ARN_A "\",\"duration_seconds\":900}",
	    CONTENT(",\"mode\":\"static\",\"assume_role\":{\"role_arn\":"
		    "\"" ARN_A "\",\"duration_seconds\":900}"),
	    NULL);
}

static void a_denial_counts_whatever_else_it_says(void **state)
{
	(void)state;
	assert_judged(RECORD("false", DIGEST, CONTENT("")), TRUST_DENIED, NULL);
	assert_judged(
	    RECORD("false", "{\"type\":\"Sha384\",\"hash\":\"AAAA\"}", "null"),
	    TRUST_DENIED, NULL);
	assert_judged(RECORD("false", "null", "7"), TRUST_DENIED, NULL);
}

static void other_bytes_are_a_change(void **state)
{
	(void)state;
	p.digest[47] ^= 1;
	assert_judged(RECORD("true", DIGEST, CONTENT("")), TRUST_CHANGED, NULL);
}

static void a_key_that_was_not_shown_is_named(void **state)
{
	(void)state;
	/* 0.12 shows no region. */
	assert_content(",\"region\":\"eu-west-1\"",
	    CONTENT(",\"mode\":null,\"assume_role\":null"), "region");
	assert_content(",\"region\":\"eu-west-1\"",
	    CONTENT(",\"region\":\"us-east-1\""), "region");
	assert_content(",\"region\":\"eu-west-1\"",
	    CONTENT(",\"region\":\"eu-west-1\""), NULL);
	assert_content("", "{\"role\":\"123456789012/Dev\"}", "server");
	assert_content("", "{\"server\":\"contoso\",\"role\":1}", "role");
	assert_content("", "null", "server");
	assert_content(
	    ",\"mode\":\"static\"", CONTENT(",\"mode\":null"), "mode");
	assert_content(
	    ",\"mode\":\"static\"", CONTENT(",\"mode\":\"ecs\""), "mode");
	assert_content(",\"mode\":\"ecs\"", CONTENT(""), "mode");
	assert_content(",\"mode\":null", CONTENT(""), NULL);
}

#define HOP_A "{\"role_arn\":\"" ARN_A "\"}"
#define HOP_B "{\"role_arn\":\"" ARN_B "\"}"

static void a_member_of_a_hop_that_was_not_shown_is_named(void **state)
{
	static const char *const members[][2] = {
	    {"assume_role.external_id", "\"external_id\":\"ab\""},
	    {"assume_role.role_session_name", "\"role_session_name\":\"ab\""},
	    {"assume_role.duration_seconds", "\"duration_seconds\":900"},
	};
	char file[512], content[1024];

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		(void)snprintf(file, sizeof(file),
		    ",\"assume_role\":{\"role_arn\":\"" ARN_A "\",%s}",
		    members[i][1]);
		assert_content(
		    file, CONTENT(",\"assume_role\":" HOP_A), members[i][0]);
		(void)snprintf(content, sizeof(content), CONTENT("%s"), file);
		assert_content(file, content, NULL);
	}
	assert_content(",\"assume_role\":{\"role_arn\":\"" ARN_A
		       "\",\"duration_seconds\":900}",
	    CONTENT(",\"assume_role\":{\"role_arn\":\"" ARN_A
		    "\",\"duration_seconds\":901}"),
	    "assume_role.duration_seconds");
	assert_content(",\"assume_role\":" HOP_A,
	    CONTENT(",\"assume_role\":" HOP_B), "assume_role.role_arn");
	assert_content(",\"assume_role\":" HOP_A,
	    CONTENT(",\"assume_role\":null"), "assume_role");
	assert_content(",\"assume_role\":" HOP_A, CONTENT(""), "assume_role");
	assert_content(",\"assume_role\":" HOP_A,
	    CONTENT(",\"assume_role\":\"" ARN_A "\""), "assume_role.role_arn");
}

static void hops_are_compared_one_by_one(void **state)
{
	(void)state;
	assert_content(",\"assume_role\":[" HOP_A "," HOP_B "]",
	    CONTENT(",\"assume_role\":[" HOP_A "," HOP_B "]"), NULL);
	assert_content(",\"assume_role\":[" HOP_A "," HOP_B "]",
	    CONTENT(",\"assume_role\":[" HOP_B "," HOP_A "]"),
	    "assume_role.role_arn");
	assert_content(",\"assume_role\":[" HOP_A "," HOP_B "]",
	    CONTENT(",\"assume_role\":[" HOP_A "]"), "assume_role");
	assert_content(",\"assume_role\":[" HOP_A "," HOP_B "]",
	    CONTENT(",\"assume_role\":" HOP_A), "assume_role");
	assert_content(",\"assume_role\":[" HOP_A "]",
	    CONTENT(",\"assume_role\":" HOP_A), NULL);
}

static void what_is_not_understood_is_an_error(void **state)
{
	static const char nul[] = RECORD("true", DIGEST, CONTENT(""));
	enum trust_verdict v;

	(void)state;
	assert_broken("");
	assert_broken("{");
	assert_broken("[]");
	assert_broken("{}");
	assert_broken(RECORD("true", DIGEST, CONTENT("")) "x");
	assert_broken(RECORD("1", DIGEST, CONTENT("")));
	assert_broken(RECORD("null", DIGEST, CONTENT("")));
	assert_broken(RECORD("\"true\"", DIGEST, CONTENT("")));
	assert_broken(RECORD("true", "null", CONTENT("")));
	assert_broken(RECORD("true",
	    "{\"type\":\"Sha512\",\"hash\":\"" HASH "\"}", CONTENT("")));
	assert_broken(RECORD("true", "{\"hash\":\"" HASH "\"}", CONTENT("")));
	assert_broken(RECORD("true", "{\"type\":\"Sha384\"}", CONTENT("")));
	assert_broken(RECORD(
	    "true", "{\"type\":\"Sha384\",\"hash\":\"AAAA\"}", CONTENT("")));
	assert_broken(RECORD("true",
	    "{\"type\":\"Sha384\",\"hash\":\"" HASH "AAAA\"}", CONTENT("")));
	assert_broken(RECORD("true",
	    "{\"type\":\"Sha384\",\"hash\":\"*" HASH "\"}", CONTENT("")));
	assert_broken(
	    "{\"path\":\"" PATH "\",\"path\":\"" PATH "\",\"trust\":true}");
	assert_broken(
	    "{\"path\":\"/home/u/proj2/.mairu.json\",\"trust\":"
	    "true,\"digest\":" DIGEST ",\"content\":" CONTENT("") "}");
	assert_broken("{\"path\":7,\"trust\":false}");
	assert_int_equal(judge_bytes(nul, sizeof(nul), &v, NULL), ERR_FORMAT);
}

static void assert_printed(
    const char *file, int allow, const char *trust, const char *content)
{
	const struct timespec now = {1767323045, 123456789};
	struct buf b = BUF_INIT(TRUST_MAX_BYTES);
	char expected[4096];
	enum trust_verdict v;

	config(file);
	trust_print(&p, allow, &now, &b);
	(void)snprintf(expected, sizeof(expected),
	    "{\n"
	    "  \"path\": \"/home/u/proj/.mairu.json\",\n"
	    "  \"trust\": %s,\n"
	    "  \"digest\": {\n"
	    "    \"type\": \"Sha384\",\n"
	    "    \"hash\": \"" HASH "\"\n"
	    "  },\n"
	    "  \"content\": {\n"
	    "    \"server\": \"contoso\",\n"
	    "    \"role\": \"1/\\\"D\\\\\",\n"
	    "%s"
	    "  },\n"
	    "  \"updated_at\": \"2026-01-02T03:04:05.123456789Z\"\n"
	    "}\n",
	    trust, content);
	assert_string_equal(buf_str(&b), expected);
	assert_int_equal(trust_judge(&b, &p, &v, NULL, &e), 0);
	assert_int_equal(v, allow ? TRUST_ALLOWED : TRUST_DENIED);
	buf_release(&b);
}

#define ODD "{\"server\":\"contoso\",\"role\":\"1/\\\"D\\\\\""

static void records_are_printed_byte_for_byte(void **state)
{
	(void)state;
	assert_printed(ODD "}", 1, "true",
	    "    \"mode\": null,\n"
	    "    \"assume_role\": null\n");
	assert_printed(ODD ",\"mode\":\"static\",\"region\":\"eu-west-1\","
			   "\"assume_role\":" HOP_A "}",
	    0, "false",
	    "    \"mode\": \"static\",\n"
	    "    \"assume_role\": {\n"
	    "      \"role_arn\": \"" ARN_A "\",\n"
	    "      \"external_id\": null,\n"
	    "      \"role_session_name\": null,\n"
	    "      \"duration_seconds\": null\n"
	    "    },\n"
	    "    \"region\": \"eu-west-1\"\n");
	assert_printed(ODD ",\"mode\":\"ecs\",\"assume_role\":[{\"role_arn\":"
			   "\"" ARN_A "\",\"external_id\":\"a/b\","
			   "\"role_session_name\":\"me\","
			   "\"duration_seconds\":3600}]}",
	    1, "true",
	    "    \"mode\": \"ecs\",\n"
	    "    \"assume_role\": [\n"
	    "      {\n"
	    "        \"role_arn\": \"" ARN_A "\",\n"
	    "        \"external_id\": \"a/b\",\n"
	    "        \"role_session_name\": \"me\",\n"
	    "        \"duration_seconds\": 3600\n"
	    "      }\n"
	    "    ]\n");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_path_has_the_name_that_mairu_0_11_gives_it),
	    TEST(records_of_mairu_0_11_are_accepted),
	    TEST(a_denial_counts_whatever_else_it_says),
	    TEST(other_bytes_are_a_change),
	    TEST(a_key_that_was_not_shown_is_named),
	    TEST(a_member_of_a_hop_that_was_not_shown_is_named),
	    TEST(hops_are_compared_one_by_one),
	    TEST(what_is_not_understood_is_an_error),
	    TEST(records_are_printed_byte_for_byte),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
