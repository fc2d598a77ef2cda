#include "base/core/jsonout.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/core/json.h"
#include "base/core/text.h"

struct out {
	struct buf buf;
	struct jsonout json;
};

static struct jsonout *start(struct out *o, int pretty)
{
	buf_init(&o->buf, 1 << 20);
	jsonout_init(&o->json, &o->buf, pretty);
	return &o->json;
}

/* The text must be this, and the reader must take it. */
static void check(struct out *o, const char *expected)
{
	struct json *doc = NULL;

	assert_false(o->buf.failed);
	assert_string_equal(buf_str(&o->buf), expected);
	assert_int_equal(json_parse(&doc, o->buf.data, o->buf.len, NULL), 0);
	json_free(doc);
	buf_release(&o->buf);
}

static void write_everything(struct jsonout *o)
{
	jsonout_begin(o, '{');
	jsonout_key(o, "str");
	jsonout_str(o, "text");
	jsonout_key(o, "list");
	jsonout_begin(o, '[');
	jsonout_int(o, 1);
	jsonout_bool(o, 1);
	jsonout_bool(o, 0);
	jsonout_null(o);
	jsonout_begin(o, '[');
	jsonout_end(o, ']');
	jsonout_begin(o, '[');
	jsonout_int(o, 2);
	jsonout_end(o, ']');
	jsonout_begin(o, '{');
	jsonout_end(o, '}');
	jsonout_end(o, ']');
	jsonout_key(o, "empty");
	jsonout_begin(o, '{');
	jsonout_end(o, '}');
	jsonout_key(o, "none");
	jsonout_begin(o, '[');
	jsonout_end(o, ']');
	jsonout_key(o, "in");
	jsonout_begin(o, '{');
	jsonout_key(o, "a");
	jsonout_null(o);
	jsonout_key(o, "b");
	jsonout_int(o, -1);
	jsonout_end(o, '}');
	jsonout_end(o, '}');
}

static void compact_output_has_no_blanks(void **state)
{
	struct out o;

	(void)state;
	write_everything(start(&o, 0));
	check(&o, "{\"str\":\"text\",\"list\":[1,true,false,null,[],[2],{}],"
		  "\"empty\":{},\"none\":[],\"in\":{\"a\":null,\"b\":-1}}");
}

static void pretty_output_has_the_bytes_that_serde_json_makes(void **state)
{
	struct out o;

	(void)state;
	write_everything(start(&o, 1));
	check(&o, "{\n"
		  "  \"str\": \"text\",\n"
		  "  \"list\": [\n"
		  "    1,\n"
		  "    true,\n"
		  "    false,\n"
		  "    null,\n"
		  "    [],\n"
		  "    [\n"
		  "      2\n"
		  "    ],\n"
		  "    {}\n"
		  "  ],\n"
		  "  \"empty\": {},\n"
		  "  \"none\": [],\n"
		  "  \"in\": {\n"
		  "    \"a\": null,\n"
		  "    \"b\": -1\n"
		  "  }\n"
		  "}");
}

static void an_empty_container_is_two_brackets(void **state)
{
	struct out o;
	struct jsonout *j;

	(void)state;
	for (int pretty = 0; pretty < 2; pretty++) {
		j = start(&o, pretty);
		jsonout_begin(j, '{');
		jsonout_end(j, '}');
		check(&o, "{}");
		j = start(&o, pretty);
		jsonout_begin(j, '[');
		jsonout_end(j, ']');
		check(&o, "[]");
	}
}

static void a_lone_value_stands_alone(void **state)
{
	struct out o;

	(void)state;
	for (int pretty = 0; pretty < 2; pretty++) {
		jsonout_str(start(&o, pretty), "x");
		check(&o, "\"x\"");
		jsonout_int(start(&o, pretty), 0);
		check(&o, "0");
		jsonout_bool(start(&o, pretty), 7);
		check(&o, "true");
		jsonout_null(start(&o, pretty));
		check(&o, "null");
		jsonout_str(start(&o, pretty), NULL);
		check(&o, "null");
	}
}

static void integers_are_written_exactly(void **state)
{
	struct out o;

	(void)state;
	jsonout_int(start(&o, 0), INT64_MAX);
	check(&o, "9223372036854775807");
	jsonout_int(start(&o, 0), INT64_MIN);
	check(&o, "-9223372036854775808");
}

static void strings_are_escaped_as_serde_json_does(void **state)
{
	static const char *const pairs[][2] = {
	    {"", "\"\""},
	    {"plain / text", "\"plain / text\""},
	    {"\"\\", "\"\\\"\\\\\""},
	    {"\b\f\n\r\t", "\"\\b\\f\\n\\r\\t\""},
	    {"\x01\x0b\x1b\x1f", "\"\\u0001\\u000b\\u001b\\u001f\""},
	    {"caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80",
		"\"caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80\""},
	    {"a\"b\nc", "\"a\\\"b\\nc\""},
	};
	struct out o;

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		jsonout_str(start(&o, 0), pairs[i][0]);
		check(&o, pairs[i][1]);
	}
}

/* A terminal obeys C1 too, and shows a reordered text as another one. */
static void what_steers_a_terminal_is_escaped(void **state)
{
	static const char *const pairs[][2] = {
	    {"\x7f", "\"\\u007f\""},
	    {"a\xc2\x9b"
	     "31m",
		"\"a\\u009b31m\""},
	    {"\xd8\x9c", "\"\\u061c\""},
	    {"\xe2\x80\x8b\xe2\x80\x8f", "\"\\u200b\\u200f\""},
	    {"\xe2\x80\xa8\xe2\x80\xa9", "\"\\u2028\\u2029\""},
	    {"\xe2\x80\xaa\xe2\x80\xae", "\"\\u202a\\u202e\""},
	    {"\xe2\x81\xa0\xe2\x81\xa6\xe2\x81\xa9",
		"\"\\u2060\\u2066\\u2069\""},
	    {"\xef\xbb\xbf", "\"\\ufeff\""},
	    {"\xf3\xa0\x81\x81", "\"\\udb40\\udc41\""},
	};
	struct out o;

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		jsonout_str(start(&o, 0), pairs[i][0]);
		check(&o, pairs[i][1]);
	}
}

static size_t utf8_put(char out[5], uint32_t cp)
{
	size_t n = cp < 0x80 ? 1 : cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
	static const unsigned lead[] = {0, 0, 0xc0, 0xe0, 0xf0};

	for (size_t i = n; i-- > 0; cp >>= 6)
		out[i] = (char)(i > 0	? 0x80 | (cp & 0x3f)
				: n > 1 ? lead[n] | cp
					: cp);
	out[n] = '\0';
	return n;
}

/* Each character: escaped where a terminal would obey it, and read back as it
 * was in any case. */
static void json_and_terminals_know_the_same_characters(void **state)
{
	(void)state;
	for (uint32_t cp = 1; cp < 0x110000; cp++) {
		struct buf safe = BUF_INIT(64);
		struct json *doc = NULL;
		char text[5], plain[8];
		size_t n = utf8_put(text, cp);
		struct out o;

		if (cp >= 0xd800 && cp < 0xe000)
			continue;
		jsonout_strn(start(&o, 0), text, n);
		(void)snprintf(plain, sizeof(plain), "\"%s\"", text);
		if (cp != '"' && cp != '\\')
			assert_int_equal(text_steers(cp),
			    strcmp(buf_str(&o.buf), plain) != 0);
		/* After a letter, since a mark alone is written out too. */
		(void)snprintf(plain, sizeof(plain), "a%s", text);
		text_safe(&safe, plain, n + 1, 64);
		assert_int_equal(
		    text_steers(cp), strcmp(buf_str(&safe), plain) != 0);
		assert_int_equal(
		    json_parse(&doc, o.buf.data, o.buf.len, NULL), 0);
		assert_string_equal(json_str(json_root(doc), NULL), text);
		json_free(doc);
		buf_release(&safe);
		buf_release(&o.buf);
	}
}

static void keys_are_escaped_like_strings(void **state)
{
	struct out o;
	struct jsonout *j = start(&o, 0);

	(void)state;
	jsonout_begin(j, '{');
	jsonout_key(j, "a\"\n\xff");
	jsonout_null(j);
	jsonout_end(j, '}');
	check(&o, "{\"a\\\"\\n\xef\xbf\xbd\":null}");
}

static void each_byte_that_is_not_utf8_becomes_a_replacement(void **state)
{
	static const char *const pairs[][2] = {
	    {"\xff", "\"\xef\xbf\xbd\""},
	    {"a\xffz", "\"a\xef\xbf\xbdz\""},
	    {"\xe2\x82", "\"\xef\xbf\xbd\xef\xbf\xbd\""},
	    {"\xe2\x82z", "\"\xef\xbf\xbd\xef\xbf\xbdz\""},
	    {"\xed\xa0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
	    {"\xc0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\""},
	    {"\xc3\"", "\"\xef\xbf\xbd\\\"\""},
	};
	struct out o;

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		jsonout_str(start(&o, 0), pairs[i][0]);
		check(&o, pairs[i][1]);
	}
}

static void a_string_is_as_long_as_it_is_said_to_be(void **state)
{
	struct out o;

	(void)state;
	jsonout_strn(start(&o, 0), "abcdef", 3);
	check(&o, "\"abc\"");
	jsonout_strn(start(&o, 0), NULL, 0);
	check(&o, "\"\"");
	/* A character that the length cuts is no character. */
	jsonout_strn(start(&o, 0), "a\xc3\xa9", 2);
	check(&o, "\"a\xef\xbf\xbd\"");

	/* Our reader takes no NUL; others do. */
	jsonout_strn(start(&o, 0), "a\0b", 3);
	assert_string_equal(buf_str(&o.buf), "\"a\\u0000b\"");
	buf_release(&o.buf);
}

static void output_goes_after_what_the_buffer_holds(void **state)
{
	struct out o;
	struct jsonout *j = start(&o, 1);

	(void)state;
	buf_adds(&o.buf, "before ");
	jsonout_begin(j, '[');
	jsonout_int(j, 1);
	jsonout_end(j, ']');
	assert_string_equal(buf_str(&o.buf), "before [\n  1\n]");
	buf_release(&o.buf);
}

static void a_full_buffer_fails_and_stays_failed(void **state)
{
	struct buf b = BUF_INIT(10);
	struct jsonout j;

	(void)state;
	jsonout_init(&j, &b, 1);
	write_everything(&j);
	assert_true(b.failed);
	assert_true(b.len <= 10);
	assert_string_equal(buf_str(&b), "");
	buf_release(&b);
}

static void every_string_comes_back_from_the_reader(void **state)
{
	struct out o;
	char s[8];
	size_t len;

	(void)state;
	for (int i = 1; i < 0x110000; i += i < 0x3000 ? 1 : 97) {
		size_t n = 0;

		if (i >= 0xd800 && i <= 0xdfff)
			continue;
		if (i < 0x80) {
			s[n++] = (char)i;
		} else if (i < 0x800) {
			s[n++] = (char)(0xc0 | i >> 6);
		} else if (i < 0x10000) {
			s[n++] = (char)(0xe0 | i >> 12);
			s[n++] = (char)(0x80 | (i >> 6 & 0x3f));
		} else {
			s[n++] = (char)(0xf0 | i >> 18);
			s[n++] = (char)(0x80 | (i >> 12 & 0x3f));
			s[n++] = (char)(0x80 | (i >> 6 & 0x3f));
		}
		if (i >= 0x80)
			s[n++] = (char)(0x80 | (i & 0x3f));
		s[n] = '\0';

		struct json *doc = NULL;

		jsonout_str(start(&o, 0), s);
		assert_int_equal(
		    json_parse(&doc, o.buf.data, o.buf.len, NULL), 0);
		assert_string_equal(json_str(json_root(doc), &len), s);
		assert_int_equal(len, n);
		json_free(doc);
		buf_release(&o.buf);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(compact_output_has_no_blanks),
	    cmocka_unit_test(pretty_output_has_the_bytes_that_serde_json_makes),
	    cmocka_unit_test(an_empty_container_is_two_brackets),
	    cmocka_unit_test(a_lone_value_stands_alone),
	    cmocka_unit_test(integers_are_written_exactly),
	    cmocka_unit_test(strings_are_escaped_as_serde_json_does),
	    cmocka_unit_test(what_steers_a_terminal_is_escaped),
	    cmocka_unit_test(json_and_terminals_know_the_same_characters),
	    cmocka_unit_test(keys_are_escaped_like_strings),
	    cmocka_unit_test(each_byte_that_is_not_utf8_becomes_a_replacement),
	    cmocka_unit_test(a_string_is_as_long_as_it_is_said_to_be),
	    cmocka_unit_test(output_goes_after_what_the_buffer_holds),
	    cmocka_unit_test(a_full_buffer_fails_and_stays_failed),
	    cmocka_unit_test(every_string_comes_back_from_the_reader),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
