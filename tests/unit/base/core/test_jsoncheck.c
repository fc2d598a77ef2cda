#include "base/core/jsoncheck.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/core/json.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* A text with its length, for those that hold NULs. */
#define T(s)                                                                   \
	{                                                                      \
		(s), sizeof(s) - 1                                             \
	}

struct text {
	const char *s;
	size_t len;
};

/* The tables hold the corner cases that JSON readers are known to differ in.
 * Every text goes through the reader as well: it must agree. */

static void check_accepted(const char *text)
{
	struct jsoncheck c;
	struct json *doc = NULL;
	struct err e = {0};

	if (jsoncheck(text, strlen(text), &c))
		fail_msg("%.60s: %s", text, c.why);
	assert_null(c.why);
	if (json_parse(&doc, text, strlen(text), &e))
		fail_msg("%.60s: %s", text, e.msg);
	json_free(doc);
}

static void check_refused(const char *text, size_t len, int code)
{
	struct jsoncheck c;
	struct json *doc = NULL;

	if (jsoncheck(text, len, &c) != code)
		fail_msg("%.60s", text);
	assert_true(c.at <= len);
	assert_non_null(c.why);
	assert_int_equal(json_parse(&doc, text, len, NULL), code);
	assert_null(doc);
}

static void well_formed_texts_are_accepted(void **state)
{
	static const char *const good[] = {
	    /* any value may be the whole text */
	    "{}",
	    "[]",
	    "\"\"",
	    "\"x\"",
	    "0",
	    "-1",
	    "true",
	    "false",
	    "null",
	    "[[]   ]",
	    "[\"\"]",
	    "[null]",
	    "[1\n]",
	    " [1]",
	    "[2] ",
	    "\t\r\n {} \n\r\t",
	    "[1,null,null,null,2]",
	    "[[],[[]]]",
	    /* numbers */
	    "[0]",
	    "[-0]",
	    "[0.5]",
	    "[-0.5]",
	    "[1E22]",
	    "[0e1]",
	    "[0e+1]",
	    "[0E-1]",
	    "[123.456e78]",
	    "[1e-2]",
	    "[20E1]",
	    "[4 ]",
	    "[-0.0000000000000000000000000000000000000000000000001]",
	    "[1e99999]",
	    "[123456789012345678901234567890]",
	    /* strings */
	    "[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"]",
	    "[\"\\u0060\\u012a\\u12AB\"]",
	    "[\"\\uD801\\udc37\"]",
	    "[\"\\ud83d\\ude39\\ud83d\\udc8d\"]",
	    "[\"\\uDBFF\\uDFFF\"]",
	    "[\"\\uFFFF\"]",
	    "[\"\\u2028\"]",
	    "[\"\\\\u0000\"]",
	    "[\"\\\\n\"]",
	    "[\"a/*b*/c\"]",
	    "[\"\x7f\"]",
	    "[\"\xc2\x80 \xed\x9f\xbf \xee\x80\x80 \xf4\x8f\xbf\xbf\"]",
	    "[\"\xe2\x80\xa8\"]",
	    "[\" \"]",
	    "[\"[{,:}]\"]",
	    "[\"\\uE000 \\uD7FF\"]",
	    /* objects */
	    "{\"\":0}",
	    "{\"a\":{\"a\":{\"a\":[]}}}",
	    "{\"a\":1,\"A\":1,\"b\":1,\"aa\":1}",
	    "{ \"a\" : 1 , \"b\" : 2 }",
	    "{\"a\":[{\"a\":1},{\"a\":2}]}",
	    "{\"x\\ny\":1,\"x\\\\ny\":2}",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++)
		check_accepted(good[i]);
}

static void texts_with_bad_structure_are_refused(void **state)
{
	static const struct text bad[] = {
	    T(""),
	    T(" "),
	    T("\n\n"),
	    T("["),
	    T("]"),
	    T("{"),
	    T("}"),
	    T("[1"),
	    T("[1,"),
	    T("[,"),
	    T("[,1]"),
	    T("[1,,2]"),
	    T("[1,]"),
	    T("[,]"),
	    T("[\"\",]"),
	    T("[1 2]"),
	    T("[1:2]"),
	    T("[[]"),
	    T("[1}"),
	    T("{]"),
	    T("[1]]"),
	    T("[][]"),
	    T("{}{}"),
	    T("1 2"),
	    T("[1]x"),
	    T("{},"),
	    T("{}#"),
	    T("{}//"),
	    T("{\"a\"}"),
	    T("{\"a\":}"),
	    T("{\"a\":1"),
	    T("{\"a\":1,"),
	    T("{\"a\":1,}"),
	    T("{,}"),
	    T("{,\"a\":1}"),
	    T("{\"a\":1,,\"b\":2}"),
	    T("{\"a\" \"b\"}"),
	    T("{\"a\",1}"),
	    T("{\"a\"::1}"),
	    T("{:1}"),
	    T("{\"a\":1 \"b\":2}"),
	    T("{\"a\":1:2}"),
	    T("{a:1}"),
	    T("{'a':1}"),
	    T("{1:1}"),
	    T("{null:1}"),
	    T("{[]:1}"),
	    T("{{}:1}"),
	    T("{\"a\":a}"),
	    T("['x']"),
	    T("[\"a\"\"b\"]"),
	    T("[\"a\" 1]"),
	    T("{\"a\":1]"),
	    T("[\"x\""),
	    T("{\"a\":[}"),
	    T("[/**/]"),
	    T("[]//x"),
	    T("/**/[]"),
	    T("# x\n[]"),
	    T(","),
	    T(":"),
	    T("*"),
	    T("<null>"),
	    T("[<null>]"),
	    T("(1)"),
	    T("$"),
	    T("\\"),
	    T("[\\n]"),
	    T("\f[]"),
	    T("[\v]"),
	    T("[\xc2\xa0]"),
	    T("\xe2\x80\xa8[]"),
	    T("[]\0"),
	    T("\0[]"),
	    T("[\0]"),
	    T("[1\0]"),
	    T("\xef\xbb\xbf{}"),
	    T("\xef\xbb\xbf"),
	    T("\xff\xfe{\0}\0"),
	    T("\xff"),
	    T("[\xff]"),
	    T("{\"a\":1}\x80"),
	    T("[\xef\xbb\xbf]"),
	};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		check_refused(bad[i].s, bad[i].len, ERR_FORMAT);
}

static void literals_that_are_not_spelled_right_are_refused(void **state)
{
	static const char *const bad[] = {"[tru]", "[nul]", "[fals]", "tru",
	    "nul", "t", "n", "f", "[True]", "[NULL]", "[FALSE]", "[truee]",
	    "[nullx]", "true1", "[true false]", "[undefined]", "[NaN]", "NaN",
	    "[Infinity]", "[-Infinity]", "[inf]", "[nan]", "truefalse",
	    "{\"a\":tru}", "[null,tru", "falsetrue"};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		check_refused(bad[i], strlen(bad[i]), ERR_FORMAT);
}

static void numbers_that_are_not_spelled_right_are_refused(void **state)
{
	static const char *const bad[] = {"-", "+1", "[+1]", "[-]", "[--1]",
	    "[-+1]", "[++1]", "[01]", "[-01]", "[00]", "[-012]", "[.1]",
	    "[-.1]", "[1.]", "[1.e1]", "[0.e1]", "[1.-1]", "[1..2]", "[1.2.3]",
	    "[1e]", "[1e+]", "[1E-]", "[1e1.2]", "[1ee2]", "[1e+-2]", "[e1]",
	    "[0e]", "[0e+]", "[1 e2]", "[1. 5]", "[- 1]", "[0x1]", "[0x]",
	    "[1a]", "[1_000]", "[1,000.]", "[1+2]", "[-1x]", "[1-]", "[1f]",
	    "1.", "1e", "01", "[1\"x\"]", "[1[]]", "[1{}]",
	    "[\xef\xbc\x91]" /* a full-width digit */};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		check_refused(bad[i], strlen(bad[i]), ERR_FORMAT);
}

static void strings_that_are_not_spelled_right_are_refused(void **state)
{
	static const struct text bad[] = {
	    T("\""),
	    T("[\"x]"),
	    T("[\"\\\"]"),
	    T("\"\\"),
	    T("\"\\u"),
	    T("[\"\\x41\"]"),
	    T("[\"\\a\"]"),
	    T("[\"\\v\"]"),
	    T("[\"\\0\"]"),
	    T("[\"\\'\"]"),
	    T("[\"\\ \"]"),
	    T("[\"\\\n\"]"),
	    T("[\"\\U0041\"]"),
	    T("[\"\\u\"]"),
	    T("[\"\\u1\"]"),
	    T("[\"\\u12\"]"),
	    T("[\"\\u123\"]"),
	    T("[\"\\u123g\"]"),
	    T("[\"\\u+123\"]"),
	    T("[\"\\u 123\"]"),
	    T("[\"\\u{41}\"]"),
	    T("\"\\u00"),
	    T("[\"a\nb\"]"),
	    T("[\"a\tb\"]"),
	    T("[\"a\rb\"]"),
	    T("[\"\x01\"]"),
	    T("[\"\x1f\"]"),
	    T("[\"\x1b[0m\"]"),
	    T("{\"a\nb\":1}"),
	    T("[\"\\\xc3\xa9\"]"),
	    T("'x'"),
	    T("\"x\"y"),
	    T("[\"\\"),
	    T("[\"\\u00A\"]"),
	    T("[\"\\\0\"]"),
	};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		check_refused(bad[i].s, bad[i].len, ERR_FORMAT);
}

static void strings_that_are_not_utf8_are_refused(void **state)
{
	static const char *const bad[] = {"[\"\xff\"]", "[\"\x80\"]",
	    "[\"\xc0\x80\"]", "[\"\xc0\xaf\"]", "[\"\xe0\x80\xaf\"]",
	    "[\"\xf0\x80\x80\xaf\"]", "[\"\xed\xa0\x80\"]",
	    "[\"\xed\xbf\xbf\"]", "[\"\xf4\x90\x80\x80\"]",
	    "[\"\xf8\x88\x80\x80\x80\"]", "[\"\xc3\"]", "[\"\xe2\x82\"]",
	    "[\"\xf0\x9f\x98\"]", "{\"\xff\":1}", "\"\xe2\x82", "\"\xc3"};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		check_refused(bad[i], strlen(bad[i]), ERR_FORMAT);
}

static void half_a_surrogate_pair_is_refused(void **state)
{
	static const char *const bad[] = {"[\"\\ud800\"]", "[\"\\uDBFF\"]",
	    "[\"\\udc00\"]", "[\"\\uDFFF\"]", "[\"\\ud800x\"]",
	    "[\"\\ud800\\n\"]", "[\"\\ud800\\u0041\"]", "[\"\\ud800\\ud800\"]",
	    "[\"\\udc00\\ud800\"]", "[\"\\ud800\\u\"]", "[\"\\ud800\\udc0\"]",
	    "[\"\\ud800\\", "[\"\\ud800\\udc0g\"]",
	    "[\"\\ud800\\ud800\\udc00\"]", "[\"\\ud800 \\udc00\"]",
	    "{\"\\ud800\":1}", "\"\\ud800", "\"\\ud83d\\ude3"};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		check_refused(bad[i], strlen(bad[i]), ERR_FORMAT);
}

static void a_nul_in_a_string_is_refused_however_it_is_spelled(void **state)
{
	static const struct text bad[] = {T("[\"\0\"]"), T("[\"a\0b\"]"),
	    T("[\"\\u0000\"]"), T("[\"a\\u0000b\"]"), T("{\"a\\u0000\":1}"),
	    T("{\"a\0\":1}")};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		check_refused(bad[i].s, bad[i].len, ERR_FORMAT);
}

static void values_and_keys_are_counted(void **state)
{
	static const struct {
		const char *text;
		size_t values, keys;
	} cases[] = {
	    {"1", 1, 0},
	    {"[]", 1, 0},
	    {"[1,\"a\",null]", 4, 0},
	    {"{\"a\":1,\"b\":{\"c\":[true]}}", 5, 3},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct jsoncheck c;

		assert_int_equal(
		    jsoncheck(cases[i].text, strlen(cases[i].text), &c), 0);
		assert_int_equal(c.values, cases[i].values);
		assert_int_equal(c.keys, cases[i].keys);
	}
}

static void a_fault_is_told_with_its_offset(void **state)
{
	static const struct {
		const char *text;
		size_t at;
	} cases[] = {
	    {"", 0},
	    {"[1,x]", 3},
	    {"{\"a\":\"\\ud800\"}", 6},
	    {"[1", 2},
	    {"[] x", 3},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct jsoncheck c;

		assert_int_equal(
		    jsoncheck(cases[i].text, strlen(cases[i].text), &c),
		    ERR_FORMAT);
		assert_int_equal(c.at, cases[i].at);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(well_formed_texts_are_accepted),
	    cmocka_unit_test(texts_with_bad_structure_are_refused),
	    cmocka_unit_test(literals_that_are_not_spelled_right_are_refused),
	    cmocka_unit_test(numbers_that_are_not_spelled_right_are_refused),
	    cmocka_unit_test(strings_that_are_not_spelled_right_are_refused),
	    cmocka_unit_test(strings_that_are_not_utf8_are_refused),
	    cmocka_unit_test(half_a_surrogate_pair_is_refused),
	    cmocka_unit_test(
		a_nul_in_a_string_is_refused_however_it_is_spelled),
	    cmocka_unit_test(values_and_keys_are_counted),
	    cmocka_unit_test(a_fault_is_told_with_its_offset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
