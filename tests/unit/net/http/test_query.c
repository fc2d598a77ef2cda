#include "net/http/query.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum {
	STATE,
	CODE,
	N,
};

static struct query_field fields[N];
static struct err e;

static int parse(const char *text)
{
	query_release(fields, N);
	fields[STATE] = (struct query_field){"state", 0, BUF_INIT(16)};
	fields[CODE] = (struct query_field){"code", 0, BUF_INIT(QUERY_MAX)};
	memset(&e, 0, sizeof(e));
	return query_parse(text, fields, N, &e);
}

static const char *value(int i)
{
	return buf_str(&fields[i].value);
}

static void fields_are_found_in_any_order(void **state)
{
	(void)state;
	assert_int_equal(parse("x=1&code=a&y&state=b"), 0);
	assert_string_equal(value(CODE), "a");
	assert_string_equal(value(STATE), "b");
	assert_int_equal(parse(""), 0);
	assert_false(fields[CODE].found);
	assert_int_equal(parse("&&code=&"), 0);
	assert_true(fields[CODE].found);
	assert_string_equal(value(CODE), "");
	assert_int_equal(parse("code"), 0);
	assert_true(fields[CODE].found);
	assert_false(fields[STATE].found);
}

static void escapes_and_blanks_are_decoded(void **state)
{
	(void)state;
	assert_int_equal(parse("code=a+b%20c%2B%2f%C3%A9==%26&st%61te=1"), 0);
	assert_string_equal(value(CODE), "a b c+/\xc3\xa9==&");
	assert_string_equal(value(STATE), "1");
	assert_int_equal(parse("code=a?b/c:d;e'f"), 0);
	assert_string_equal(value(CODE), "a?b/c:d;e'f");
}

static void names_are_whole_and_have_their_case(void **state)
{
	(void)state;
	assert_int_equal(parse("cod=1&codes=2&Code=3&=4&code%20=5"), 0);
	assert_false(fields[CODE].found);
}

static void what_is_broken_is_refused_wherever_it_is(void **state)
{
	static const char *const bad[] = {"code=%", "code=%4", "code=%4g",
	    "code=%g4", "code=%%41", "code=%00", "x=%zz", "%zz=1", "x%", "%=1",
	    "code=a b", "code=\x7f", "code=\xc3\xa9", "code=a\nb", "code=%-1",
	    "code=%+1", "code=% 1", "code=%&41"};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(parse(bad[i]), ERR_FORMAT);
		assert_int_equal(e.code, ERR_FORMAT);
	}
}

static void a_field_that_comes_twice_is_refused(void **state)
{
	(void)state;
	assert_int_equal(parse("code=1&code=1"), ERR_FORMAT);
	assert_string_equal(e.msg, "it holds `code` twice");
	assert_int_equal(parse("code&code"), ERR_FORMAT);
	assert_int_equal(parse("state=1&st%61te=1"), ERR_FORMAT);
	assert_int_equal(parse("x=1&x=2"), 0);
}

static void what_is_too_long_is_refused(void **state)
{
	static char text[QUERY_MAX + 2];

	(void)state;
	assert_int_equal(parse("state=0123456789abcdef"), 0);
	assert_int_equal(parse("state=0123456789abcdefg"), ERR_LIMIT);
	assert_string_equal(e.msg, "its `state` is too long");
	memset(text, 'x', QUERY_MAX);
	memcpy(text, "code=", 5);
	assert_int_equal(parse(text), 0);
	assert_int_equal(fields[CODE].value.len, QUERY_MAX - 5);
	text[QUERY_MAX] = 'x';
	assert_int_equal(parse(text), ERR_LIMIT);
}

static int release(void **state)
{
	(void)state;
	query_release(fields, N);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(fields_are_found_in_any_order),
	    cmocka_unit_test(escapes_and_blanks_are_decoded),
	    cmocka_unit_test(names_are_whole_and_have_their_case),
	    cmocka_unit_test(what_is_broken_is_refused_wherever_it_is),
	    cmocka_unit_test(a_field_that_comes_twice_is_refused),
	    cmocka_unit_test(what_is_too_long_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, release);
}
