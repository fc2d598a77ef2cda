#include "base/core/json.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/core/buf.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static struct json *parse(const char *text, size_t len)
{
	struct json *doc = NULL;
	struct err e = {0};

	if (json_parse(&doc, text, len, &e))
		fail_msg("%.60s: %s", text, e.msg);
	assert_non_null(doc);
	return doc;
}

static struct json *parses(const char *text)
{
	return parse(text, strlen(text));
}

static void check_refused(const char *text, size_t len, int code)
{
	struct json *doc = NULL;
	struct err e = {0};

	if (json_parse(&doc, text, len, &e) != code)
		fail_msg("%.60s", text);
	assert_null(doc);
	assert_int_equal(e.code, code);
	assert_int_equal(strncmp(e.msg, "line ", 5), 0);
	assert_int_equal(json_parse(&doc, text, len, NULL), code);
}

static void a_key_that_comes_twice_is_refused(void **state)
{
	static const char *const bad[] = {
	    "{\"a\":1,\"a\":1}",
	    "{\"a\":1,\"b\":2,\"c\":3,\"a\":4}",
	    "{\"\":1,\"\":2}",
	    "[0,{\"x\":{\"a\":1,\"a\":2}}]",
	    /* the same key in another spelling */
	    "{\"role\":1,\"\\u0072ole\":2}",
	    "{\"a/b\":1,\"a\\/b\":2}",
	    "{\"\\u00e9\":1,\"\xc3\xa9\":2}",
	    "{\"\\ud83d\\ude00\":1,\"\xf0\x9f\x98\x80\":2}",
	    "{\"\\u00E9\":1,\"\\u00e9\":2}",
	    "{\"\\n\":1,\"\\u000a\":2}",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		check_refused(bad[i], strlen(bad[i]), ERR_FORMAT);
}

/* --- where the fault is */

static void check_place(const char *text, size_t len, const char *message)
{
	struct json *doc = NULL;
	struct err e = {0};

	assert_int_not_equal(json_parse(&doc, text, len, &e), 0);
	assert_string_equal(e.msg, message);
}

static void a_fault_is_named_with_its_line_and_column(void **state)
{
	static const struct {
		const char *text, *message;
	} cases[] = {
	    {"", "line 1, column 1: the text ends too early"},
	    {"x", "line 1, column 1: a value was expected"},
	    {"{\n  \"a\": tru\n}", "line 2, column 8: a value was expected"},
	    {"{\n  \"a\": 1,\n}",
		"line 3, column 1: a key in double quotes was expected"},
	    {"{\"a\": 1", "line 1, column 8: the text ends too early"},
	    {"[1\n2]", "line 2, column 1: a comma or ] was expected"},
	    {"{\"a\":1;}", "line 1, column 7: a comma or } was expected"},
	    {"{\"a\" 1}", "line 1, column 6: a colon was expected"},
	    /* columns count characters, not bytes */
	    {"[\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\",x]",
		"line 1, column 8: a value was expected"},
	    {"[\"a\xff\"]", "line 1, column 4: bytes that are not UTF-8"},
	    {"[\"\\ud800\"]", "line 1, column 3: half of a surrogate pair"},
	    {"[\"a\\q\"]",
		"line 1, column 4: a backslash before a character that takes "
		"none"},
	    {"[1.]", "line 1, column 4: no digit after the decimal point"},
	    {"[1e]", "line 1, column 4: no digit in the exponent"},
	    {"[01]", "line 1, column 3: a number with a leading zero"},
	    {"{}\n\n x", "line 3, column 2: more text after the end of the "
			 "value"},
	    {"\xef\xbb\xbf{}",
		"line 1, column 1: a byte order mark: save the file without "
		"it"},
	    {"{\"a\":1,\n \"b\":{},\n \"\\u0061\":2}",
		"line 3, column 2: a key that this object has already"},
	    {"{\"z\":1,\"b\":1,\n\"b\":2,\"z\":2,\"b\":3}",
		"line 2, column 1: a key that this object has already"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		check_place(
		    cases[i].text, strlen(cases[i].text), cases[i].message);
}

/* --- limits */

static void repeat(struct buf *b, const char *s, size_t n)
{
	while (n--)
		buf_adds(b, s);
}

static void nesting_is_allowed_to_the_limit_and_no_deeper(void **state)
{
	struct buf b = BUF_INIT(1 << 22);

	(void)state;
	repeat(&b, "[", JSON_MAX_DEPTH);
	repeat(&b, "]", JSON_MAX_DEPTH);
	json_free(parse((const char *)b.data, b.len));

	buf_clear(&b);
	repeat(&b, "{\"a\":", JSON_MAX_DEPTH);
	buf_adds(&b, "1");
	repeat(&b, "}", JSON_MAX_DEPTH);
	json_free(parse((const char *)b.data, b.len));

	buf_clear(&b);
	repeat(&b, "[", JSON_MAX_DEPTH + 1);
	repeat(&b, "]", JSON_MAX_DEPTH + 1);
	check_refused((const char *)b.data, b.len, ERR_LIMIT);
	check_place((const char *)b.data, b.len,
	    "line 1, column 33: nested too deeply");

	buf_clear(&b);
	repeat(&b, "{\"a\":", JSON_MAX_DEPTH + 1);
	check_refused((const char *)b.data, b.len, ERR_LIMIT);

	/* What overflows the stack of a recursive reader. */
	buf_clear(&b);
	repeat(&b, "[", JSON_MAX_BYTES);
	check_refused((const char *)b.data, b.len, ERR_LIMIT);
	buf_release(&b);
}

static void values_are_counted_and_limited(void **state)
{
	struct buf b = BUF_INIT(1 << 22);
	struct json *doc;

	(void)state;
	/* The array itself is one of them. */
	buf_adds(&b, "[0");
	repeat(&b, ",0", JSON_MAX_VALUES - 2);
	buf_adds(&b, "]");
	doc = parse((const char *)b.data, b.len);
	assert_int_equal(json_count(json_root(doc)), JSON_MAX_VALUES - 1);
	json_free(doc);

	buf_truncate(&b, b.len - 1);
	buf_adds(&b, ",0]");
	check_refused((const char *)b.data, b.len, ERR_LIMIT);
	buf_release(&b);
}

static void the_size_of_a_text_is_limited(void **state)
{
	struct buf b = BUF_INIT(JSON_MAX_BYTES + 1);
	struct json *doc;
	size_t len;

	(void)state;
	buf_addc(&b, '"');
	repeat(&b, "x", JSON_MAX_BYTES - 2);
	buf_addc(&b, '"');
	doc = parse((const char *)b.data, b.len);
	assert_non_null(json_str(json_root(doc), &len));
	assert_int_equal(len, JSON_MAX_BYTES - 2);
	json_free(doc);
	buf_addc(&b, ' ');
	check_refused((const char *)b.data, b.len, ERR_LIMIT);
	buf_release(&b);
}

/* Keys of one length with a long common beginning: the worst for a hash
 * table with a known seed and for comparing each with each. */
static void many_keys_are_checked_for_duplicates_quickly(void **state)
{
	struct buf b = BUF_INIT(JSON_MAX_BYTES);
	struct timespec from, to;
	struct json *doc;

	(void)state;
	buf_adds(&b, "{\"xxxxxxxxxxxxxxx00000\":0");
	for (int i = 1; i < JSON_MAX_VALUES - 1; i++)
		buf_addf(&b, ",\"xxxxxxxxxxxxxxx%05d\":%d", i, i);
	buf_addc(&b, '}');
	assert_false(b.failed);
	assert_int_equal(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from), 0);
	doc = parse((const char *)b.data, b.len);
	assert_int_equal(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to), 0);
	assert_true(to.tv_sec - from.tv_sec < 3);
	assert_string_equal(
	    json_key_at(json_root(doc), 12345), "xxxxxxxxxxxxxxx12345");
	json_free(doc);

	/* And the one among them that is there twice is found. */
	memcpy(b.data + b.len - 13, "00001", 5); /* 31998":31998} */
	check_refused((const char *)b.data, b.len, ERR_FORMAT);
	buf_release(&b);
}

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

static int parse_without_memory(const struct buf *b)
{
	const struct rlimit none = {0, 0};
	struct json *doc = NULL;
	struct err e = {0};

	if (setrlimit(RLIMIT_AS, &none))
		return 1;
	if (json_parse(&doc, b->data, b->len, &e) != ERR_NOMEM)
		return 2;
	return doc == NULL && e.code == ERR_NOMEM ? 0 : 3;
}

static void running_out_of_memory_is_an_error(void **state)
{
	struct buf b = BUF_INIT(1 << 20);
	int status;
	pid_t pid;

	(void)state;
	/* valgrind itself has no room then. */
	if (SANITIZED || getenv("MAIRU_VALGRIND"))
		skip();
	buf_adds(&b, "[0");
	repeat(&b, ",0", JSON_MAX_VALUES - 2);
	buf_adds(&b, "]");
	pid = fork();
	if (pid == 0)
		_exit(parse_without_memory(&b));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	buf_release(&b);
}

/* --- what the document says */

static void a_document_tells_its_values_and_their_kinds(void **state)
{
	struct json *doc = parses("{\"n\":null,\"t\":true,\"f\":false,"
				  "\"i\":-42,\"s\":\"text\",\"a\":[1,[2],{}],"
				  "\"o\":{\"s\":\"inner\"}}");
	const struct json_value *r = json_root(doc);
	size_t len = 0;
	int64_t n = 0;

	(void)state;
	assert_int_equal(json_kind(r), JSON_OBJECT);
	assert_int_equal(json_count(r), 7);
	assert_int_equal(json_kind(json_get(r, "n")), JSON_NULL);
	assert_int_equal(json_bool(json_get(r, "t")), 1);
	assert_int_equal(json_bool(json_get(r, "f")), 0);
	assert_int_equal(json_int(json_get(r, "i"), &n), 0);
	assert_int_equal(n, -42);
	assert_string_equal(json_str(json_get(r, "s"), &len), "text");
	assert_int_equal(len, 4);
	assert_string_equal(json_str(json_get(r, "s"), NULL), "text");
	assert_int_equal(json_count(json_get(r, "a")), 3);
	r = json_get(r, "a");
	assert_int_equal(json_kind(json_at(r, 1)), JSON_ARRAY);
	assert_int_equal(json_int(json_at(json_at(r, 1), 0), &n), 0);
	assert_int_equal(n, 2);
	assert_int_equal(json_count(json_at(r, 2)), 0);
	r = json_get(json_root(doc), "o");
	assert_string_equal(json_str(json_get(r, "s"), NULL), "inner");
	json_free(doc);
}

static void members_stand_in_the_order_of_the_text(void **state)
{
	static const char *const keys[] = {"z", "a", "", "m"};
	struct json *doc =
	    parses("{\"z\":[[1],{\"q\":1}],\"a\":{\"b\":2},\"\":3,\"m\":4}");
	const struct json_value *r = json_root(doc);

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		assert_string_equal(json_key_at(r, i), keys[i]);
		assert_ptr_equal(json_at(r, i), json_get(r, keys[i]));
	}
	json_free(doc);
}

static void what_is_not_there_is_null(void **state)
{
	struct json *doc = parses("{\"a\":[1,2],\"b\":\"x\"}");
	const struct json_value *r = json_root(doc);

	(void)state;
	assert_null(json_get(r, "c"));
	assert_null(json_get(r, "A"));
	assert_null(json_get(r, ""));
	assert_null(json_get(json_get(r, "a"), "x"));
	assert_null(json_get(json_get(r, "b"), "x"));
	assert_null(json_get(NULL, "x"));
	assert_null(json_at(r, 2));
	assert_null(json_at(json_get(r, "a"), 2));
	assert_null(json_at(json_get(r, "b"), 0));
	assert_null(json_at(NULL, 0));
	assert_null(json_key_at(r, 2));
	assert_null(json_key_at(json_get(r, "a"), 0));
	assert_null(json_key_at(NULL, 0));
	assert_int_equal(json_count(json_get(r, "b")), 0);
	assert_int_equal(json_count(NULL), 0);
	assert_int_equal(json_kind(NULL), JSON_NULL);
	assert_null(json_root(NULL));
	json_free(doc);
	json_free(NULL);
}

static void a_value_of_another_kind_gives_nothing(void **state)
{
	static const char *const others[] = {
	    "[]", "{}", "null", "\"1\"", "1", "true"};
	int64_t n = 77;

	(void)state;
	for (size_t i = 0; i < COUNT(others); i++) {
		struct json *doc = parses(others[i]);
		const struct json_value *r = json_root(doc);

		if (i != 3)
			assert_null(json_str(r, NULL));
		if (i != 4)
			assert_int_equal(json_int(r, &n), ERR_FORMAT);
		if (i != 5)
			assert_int_equal(json_bool(r), -1);
		json_free(doc);
	}
	assert_null(json_str(NULL, NULL));
	assert_int_equal(json_int(NULL, &n), ERR_FORMAT);
	assert_int_equal(json_bool(NULL), -1);
	assert_int_equal(n, 77);
}

static void kinds_have_names_for_messages(void **state)
{
	(void)state;
	assert_string_equal(json_kind_name(JSON_NULL), "null");
	assert_string_equal(json_kind_name(JSON_BOOL), "true or false");
	assert_string_equal(json_kind_name(JSON_NUMBER), "a number");
	assert_string_equal(json_kind_name(JSON_STRING), "a string");
	assert_string_equal(json_kind_name(JSON_ARRAY), "an array");
	assert_string_equal(json_kind_name(JSON_OBJECT), "an object");
}

static void strings_come_without_their_escapes(void **state)
{
	static const struct {
		const char *text, *plain;
	} cases[] = {
	    {"\"\"", ""},
	    {"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t"},
	    {"\"\\u0001\\u001f\\u007f\"", "\x01\x1f\x7f"},
	    {"\"\\u0041\\u00e9\\u00E9\"", "A\xc3\xa9\xc3\xa9"},
	    {"\"\\u0080\\u07ff\"", "\xc2\x80\xdf\xbf"},
	    {"\"\\u0800\\uffff\"", "\xe0\xa0\x80\xef\xbf\xbf"},
	    {"\"\\ud800\\udc00\"", "\xf0\x90\x80\x80"},
	    {"\"\\uDBFF\\uDFFF\"", "\xf4\x8f\xbf\xbf"},
	    {"\"\\ud83d\\ude00x\"", "\xf0\x9f\x98\x80x"},
	    {"\"\\\\u0041\"", "\\u0041"},
	    {"\"a\xc3\xa9\\u20acz\"", "a\xc3\xa9\xe2\x82\xacz"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct json *doc = parses(cases[i].text);
		size_t len = 99;

		assert_string_equal(
		    json_str(json_root(doc), &len), cases[i].plain);
		assert_int_equal(len, strlen(cases[i].plain));
		json_free(doc);
	}
}

static void keys_come_without_their_escapes(void **state)
{
	struct json *doc = parses("{\"\\u0072\\u006Fle\":1,\"\\n\":2}");
	const struct json_value *r = json_root(doc);

	(void)state;
	assert_ptr_equal(json_get(r, "role"), json_at(r, 0));
	assert_string_equal(json_key_at(r, 0), "role");
	assert_string_equal(json_key_at(r, 1), "\n");
	json_free(doc);
}

static void integers_of_64_bits_are_read_exactly(void **state)
{
	static const struct {
		const char *text;
		int64_t n;
	} good[] = {
	    {"0", 0},
	    {"-0", 0},
	    {"7", 7},
	    {"-1", -1},
	    {"9007199254740993", 9007199254740993},
	    {"9223372036854775807", INT64_MAX},
	    {"-9223372036854775807", -INT64_MAX},
	    {"-9223372036854775808", INT64_MIN},
	};
	static const char *const bad[] = {"9223372036854775808",
	    "-9223372036854775809", "18446744073709551616",
	    "99999999999999999999999999", "1.0", "1e3", "0.0", "0e0", "1E0",
	    "-1.5", "-0.0"};
	int64_t n;

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		struct json *doc = parses(good[i].text);

		n = 77;
		assert_int_equal(json_int(json_root(doc), &n), 0);
		assert_true(n == good[i].n);
		json_free(doc);
	}
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct json *doc = parses(bad[i]);

		n = 77;
		assert_int_equal(json_kind(json_root(doc)), JSON_NUMBER);
		assert_int_equal(json_int(json_root(doc), &n), ERR_FORMAT);
		assert_int_equal(n, 77);
		json_free(doc);
	}
}

static void a_document_owns_copies_of_its_strings(void **state)
{
	char text[] = "{\"key\":\"value\",\"n\":12}";
	struct json *doc = parse(text, sizeof(text) - 1);
	int64_t n;

	(void)state;
	memset(text, 'x', sizeof(text));
	assert_string_equal(
	    json_str(json_get(json_root(doc), "key"), NULL), "value");
	assert_int_equal(json_int(json_get(json_root(doc), "n"), &n), 0);
	assert_int_equal(n, 12);
	json_free(doc);
}

static void the_text_needs_no_nul_behind_it(void **state)
{
	static const char *const texts[] = {
	    "12", "true", "\"ab\"", "{\"a\":[1,2]}", "[\"\\u0041\"]"};

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		size_t len = strlen(texts[i]);
		char *exact = malloc(len); /* for AddressSanitizer to watch */
		struct json *doc = NULL;

		assert_non_null(exact);
		memcpy(exact, texts[i], len);
		json_free(parse(exact, len));
		for (size_t cut = 0; cut < len; cut++) {
			char *part = malloc(cut + 1);

			assert_non_null(part);
			memcpy(part + 1, texts[i], cut);
			if (json_parse(&doc, part + 1, cut, NULL) == 0)
				json_free(doc); /* "1" of "12" */
			free(part);
		}
		free(exact);
	}
}

static void freeing_a_document_wipes_its_strings(void **state)
{
	struct buf text = BUF_INIT(10000);
	unsigned char copy[4000];
	struct json *doc;
	uintptr_t address;
	size_t left = 0;
	int fd = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);

	(void)state;
	buf_adds(&text, "{\"secret\":\"");
	repeat(&text, "S", sizeof(copy));
	buf_adds(&text, "\"}");
	doc = parse((const char *)text.data, text.len);
	address = (uintptr_t)json_str(json_get(json_root(doc), "secret"), NULL);
	assert_int_equal(
	    pread(fd, copy, sizeof(copy), (off_t)address), sizeof(copy));
	assert_int_equal(copy[sizeof(copy) - 1], 'S');
	json_free(doc);
	assert_int_equal(
	    pread(fd, copy, sizeof(copy), (off_t)address), sizeof(copy));
	for (size_t i = 0; i < sizeof(copy); i++)
		left += copy[i] == 'S';
	assert_true(left < 8);
	close(fd);
	buf_release(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_key_that_comes_twice_is_refused),
	    cmocka_unit_test(a_fault_is_named_with_its_line_and_column),
	    cmocka_unit_test(nesting_is_allowed_to_the_limit_and_no_deeper),
	    cmocka_unit_test(values_are_counted_and_limited),
	    cmocka_unit_test(the_size_of_a_text_is_limited),
	    cmocka_unit_test(many_keys_are_checked_for_duplicates_quickly),
	    cmocka_unit_test(running_out_of_memory_is_an_error),
	    cmocka_unit_test(a_document_tells_its_values_and_their_kinds),
	    cmocka_unit_test(members_stand_in_the_order_of_the_text),
	    cmocka_unit_test(what_is_not_there_is_null),
	    cmocka_unit_test(a_value_of_another_kind_gives_nothing),
	    cmocka_unit_test(kinds_have_names_for_messages),
	    cmocka_unit_test(strings_come_without_their_escapes),
	    cmocka_unit_test(keys_come_without_their_escapes),
	    cmocka_unit_test(integers_of_64_bits_are_read_exactly),
	    cmocka_unit_test(a_document_owns_copies_of_its_strings),
	    cmocka_unit_test(the_text_needs_no_nul_behind_it),
	    cmocka_unit_test(freeing_a_document_wipes_its_strings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
