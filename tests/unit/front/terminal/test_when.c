/* Points in time for people and programs: front/terminal/when.h. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "front/terminal/when.h"

enum {
	NOON = 1767355200, /* 2026-01-02 12:00 UTC */
	HOUR = 3600
};

static const char *until(int64_t t)
{
	static struct buf b = BUF_INIT(128);

	buf_clear(&b);
	when_until(&b, t, NOON);
	return buf_str(&b);
}

static const char *table(int64_t t, int utc)
{
	static struct buf b = BUF_INIT(128);

	buf_clear(&b);
	when_table(&b, t, utc);
	return buf_str(&b);
}

static void zone(const char *tz)
{
	assert_int_equal(setenv("TZ", tz, 1), 0);
}

static void the_date_is_told_when_it_is_not_todays(void **state)
{
	(void)state;
	zone("UTC");
	assert_string_equal(until(NOON + HOUR + 300), "until 13:05");
	assert_string_equal(until(NOON + 12 * HOUR), "until 2026-01-03 00:00");
	assert_string_equal(
	    until(NOON + 365 * 24 * HOUR), "until 2027-01-02 12:00");
}

static void days_are_those_of_the_local_time(void **state)
{
	(void)state;
	zone("UTC-11:30");
	assert_string_equal(until(NOON + 12 * HOUR), "until 2026-01-03 11:30");
	zone("UTC+11");
	assert_string_equal(until(NOON + 12 * HOUR), "until 13:00");
}

static void what_does_not_expire_is_revoked(void **state)
{
	(void)state;
	assert_string_equal(until(0), "until it is revoked");
}

static void a_clock_tells_the_date_in_the_same_way(void **state)
{
	struct buf b = BUF_INIT(128);

	(void)state;
	zone("UTC");
	when_clock(&b, NOON + 300, NOON);
	when_clock(&b, NOON - 24 * HOUR, NOON);
	assert_string_equal(buf_str(&b), "12:052026-01-01 12:00");
	buf_release(&b);
}

static void a_table_names_the_offset_or_utc(void **state)
{
	(void)state;
	zone("UTC-5:30");
	assert_string_equal(table(NOON, 0), "2026-01-02 17:30 +0530");
	zone("UTC+3:30");
	assert_string_equal(table(NOON, 0), "2026-01-02 08:30 -0330");
	assert_string_equal(table(NOON, 1), "2026-01-02T12:00:00Z");
}

static void a_year_that_no_program_reads_is_none(void **state)
{
	char text[WHEN_UTC];

	(void)state;
	when_utc(INT64_C(253402300799), text);
	assert_string_equal(text, "9999-12-31T23:59:59Z");
	when_utc(INT64_C(253402300800), text);
	assert_string_equal(text, "");
	when_utc(INT64_MAX, text);
	assert_string_equal(text, "");
}

static void a_span_has_one_unit(void **state)
{
	static const struct {
		int64_t seconds;
		const char *text;
	} spans[] = {{0, "0 s"}, {119, "119 s"}, {120, "2 min"},
	    {7199, "119 min"}, {7200, "2 h"}, {100000, "27 h"}};

	(void)state;
	for (size_t i = 0; i < sizeof(spans) / sizeof(spans[0]); i++) {
		struct buf b = BUF_INIT(32);

		when_span(&b, spans[i].seconds);
		assert_string_equal(buf_str(&b), spans[i].text);
		buf_release(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_span_has_one_unit),
	    cmocka_unit_test(the_date_is_told_when_it_is_not_todays),
	    cmocka_unit_test(days_are_those_of_the_local_time),
	    cmocka_unit_test(what_does_not_expire_is_revoked),
	    cmocka_unit_test(a_clock_tells_the_date_in_the_same_way),
	    cmocka_unit_test(a_table_names_the_offset_or_utc),
	    cmocka_unit_test(a_year_that_no_program_reads_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
