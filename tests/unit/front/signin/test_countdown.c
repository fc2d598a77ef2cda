/* The line that says how long a login goes on: front/signin/countdown.h. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "front/signin/countdown.h"

static const char *text(int64_t seconds, size_t columns)
{
	static struct buf b = BUF_INIT(256);

	buf_clear(&b);
	countdown_text(&b, seconds, columns);
	return buf_str(&b);
}

static void minutes_and_seconds_are_told(void **state)
{
	(void)state;
	assert_string_equal(text(600, 80), "mairu: waiting, 10:00 left");
	assert_string_equal(text(581, 80), "mairu: waiting, 9:41 left");
	assert_string_equal(text(0, 80), "mairu: waiting, 0:00 left");
	assert_string_equal(text(3600, 80), "mairu: waiting, 60:00 left");
}

static void it_is_always_less_than_the_width(void **state)
{
	(void)state;
	assert_string_equal(text(581, 26), "mairu: waiting, 9:41 left");
	assert_string_equal(text(581, 25), "9:41 left");
	assert_string_equal(text(581, 10), "9:41 left");
	assert_string_equal(text(581, 9), "9:41");
	assert_string_equal(text(581, 5), "9:41");
	assert_string_equal(text(581, 4), "");
	assert_string_equal(text(581, 0), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(minutes_and_seconds_are_told),
	    cmocka_unit_test(it_is_always_less_than_the_width),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
