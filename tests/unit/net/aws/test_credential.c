/* Credentials of a role: net/aws/credential.h. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "net/aws/credential.h"

#define NOW 1767323045 /* 2026-01-02T03:04:05Z */

static struct slab *slab;
static struct credential c;
static struct err e;

static int setup(void **state)
{
	(void)state;
	memset(&c, 0, sizeof(c));
	return slab_new(&slab, 65536, &e);
}

static int teardown(void **state)
{
	(void)state;
	credential_release(&c);
	slab_free(slab);
	return 0;
}

static const struct credential_said good = {.key_id = "ASIA1",
    .secret_key = "se/cr+et=",
    .token = "tok",
    .expires = NOW + 3600};

static int make(const struct credential_said *said)
{
	credential_release(&c);
	return credential_make(&c, slab, said, NOW, &e);
}

static void assert_part(const struct credential_part *p, const char *text)
{
	assert_int_equal(p->len, strlen(text));
	assert_memory_equal(credential_text(&c, p), text, p->len);
}

static void the_body_is_what_sdks_take(void **state)
{
	static const char body[] =
	    "{\"AccessKeyId\":\"ASIA1\",\"SecretAccessKey\":\"se/cr+et=\","
	    "\"Token\":\"tok\",\"Expiration\":\"2026-01-02T04:04:05Z\"}";

	(void)state;
	assert_int_equal(make(&good), 0);
	assert_int_equal(secret_len(c.body), strlen(body));
	assert_memory_equal(secret_bytes(c.body), body, strlen(body));
	assert_part(&c.key_id, "ASIA1");
	assert_part(&c.secret_key, "se/cr+et=");
	assert_part(&c.token, "tok");
	assert_int_equal(c.expires, NOW + 3600);
	assert_int_equal(c.life, 3600);
	assert_int_equal(c.no_cache, 0);
}

static void what_would_need_an_escape_is_refused(void **state)
{
	static const char *const bad[] = {
	    "", "a\"b", "a\\b", "a b", "a\nb", "a\x7f", "\xc3\xa4"};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct credential_said s[3] = {good, good, good};

		s[0].key_id = bad[i];
		s[1].secret_key = bad[i];
		s[2].token = bad[i];
		for (int k = 0; k < 3; k++) {
			assert_int_equal(make(&s[k]), ERR_UPSTREAM);
			assert_null(c.body);
			if (*bad[i])
				assert_null(strstr(e.msg, bad[i]));
		}
	}
}

static void what_sdks_do_not_take_is_refused(void **state)
{
	struct credential_said s = good;
	char *much = malloc(CREDENTIAL_MAX_BODY + 1);

	(void)state;
	assert_non_null(much);
	memset(much, 'x', CREDENTIAL_MAX_BODY);
	much[CREDENTIAL_MAX_BODY] = '\0';
	s.token = much;
	assert_int_equal(make(&s), ERR_UPSTREAM);
	much[CREDENTIAL_MAX_BODY - 256 - 5 - 9] = '\0';
	assert_int_equal(make(&s), 0);
	assert_true(secret_len(c.body) <= CREDENTIAL_MAX_BODY);
	free(much);
}

static void what_has_expired_is_refused(void **state)
{
	struct credential_said s = good;

	(void)state;
	s.expires = NOW - 1;
	assert_int_equal(make(&s), ERR_UPSTREAM);
	assert_non_null(strstr(e.msg, "clock"));
	s.expires = NOW + 9;
	assert_int_equal(make(&s), ERR_UPSTREAM);
	s.expires = NOW + 10;
	assert_int_equal(make(&s), 0);
	assert_true(credential_valid(&c, NOW));
	assert_false(credential_valid(&c, NOW + 1));
	s.expires = INT64_MAX;
	assert_int_equal(make(&s), ERR_UPSTREAM);
	s.expires = INT64_MIN;
	assert_int_equal(make(&s), ERR_UPSTREAM);
}

static void nothing_is_valid_where_there_is_none(void **state)
{
	(void)state;
	assert_false(credential_valid(&c, 0));
}

static void a_quarter_of_its_life_is_left_at_renewal(void **state)
{
	struct credential_said s = good;

	(void)state;
	s.expires = NOW + 900;
	assert_int_equal(make(&s), 0);
	assert_int_equal(credential_renew_at(&c), NOW + 675);
	s.expires = NOW + 43200;
	assert_int_equal(make(&s), 0);
	assert_int_equal(credential_renew_at(&c), NOW + 43200 - 900);
}

static void a_full_slab_is_said(void **state)
{
	static const char much[65536];
	struct secret *rest = NULL;
	size_t n = sizeof(much);

	(void)state;
	while (secret_new(&rest, slab, much, n) < 0)
		n--;
	assert_int_equal(make(&good), ERR_NOMEM);
	secret_free(rest);
	assert_int_equal(make(&good), 0);
}

static int64_t parsed(const char *text)
{
	int64_t t = 0;

	if (credential_parse_time(text, strlen(text), &t) < 0)
		return -1;
	return t;
}

static void times_are_read_with_any_offset(void **state)
{
	(void)state;
	assert_int_equal(parsed("2026-01-02T03:04:05Z"), NOW);
	assert_int_equal(parsed("2026-01-02t03:04:05z"), NOW);
	assert_int_equal(parsed("2026-01-02T03:04:05.999Z"), NOW);
	assert_int_equal(parsed("2026-01-02T05:34:05+02:30"), NOW);
	assert_int_equal(parsed("2026-01-01T22:04:05.1-05:00"), NOW);
	assert_int_equal(parsed("2026-01-02T03:04:05-00:00"), NOW);
	assert_int_equal(parsed("1970-01-01T00:00:00Z"), 0);
	assert_int_equal(parsed("2000-02-29T00:00:00Z"), 951782400);
	assert_int_equal(parsed("2016-12-31T23:59:60Z"), 1483228800);
	assert_int_equal(parsed("9999-12-31T23:59:59Z"), 253402300799);
}

static void what_is_no_time_is_refused(void **state)
{
	static const char *const bad[] = {"", "2026", "2026-01-02",
	    "2026-01-02T03:04:05", "2026-01-02T03:04Z", "2026-13-02T03:04:05Z",
	    "2026-00-02T03:04:05Z", "2026-02-29T03:04:05Z",
	    "2100-02-29T03:04:05Z", "2026-04-31T03:04:05Z",
	    "2026-01-02T24:04:05Z", "2026-01-02T03:60:05Z",
	    "2026-01-02T03:04:61Z", "2026-01-02T03:04:05.Z",
	    "2026-01-02T03:04:05+0200", "2026-01-02T03:04:05+24:00",
	    "2026-01-02T03:04:05Z ", " 2026-01-02T03:04:05Z",
	    "2026-01-02 03:04:05Z", "+026-01-02T03:04:05Z", "1767323045"};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (parsed(bad[i]) != -1)
			fail_msg("%s was let pass", bad[i]);
}

static void every_day_is_the_one_that_the_system_says(void **state)
{
	char text[CREDENTIAL_TIME];

	(void)state;
	for (int64_t t = 1; t < 253402300799; t += 86399 * 7) {
		credential_time(t, text);
		assert_int_equal(parsed(text), t);
	}
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
	    T(the_body_is_what_sdks_take),
	    T(what_would_need_an_escape_is_refused),
	    T(what_sdks_do_not_take_is_refused),
	    T(what_has_expired_is_refused),
	    T(nothing_is_valid_where_there_is_none),
	    T(a_quarter_of_its_life_is_left_at_renewal),
	    T(a_full_slab_is_said),
	    T(times_are_read_with_any_offset),
	    T(what_is_no_time_is_refused),
	    T(every_day_is_the_one_that_the_system_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
