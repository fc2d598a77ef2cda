#include "base/core/text.h"
#include "base/sys/path.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A text with its length, for those that hold NULs. */
#define T(s)                                                                   \
	{                                                                      \
		(s), sizeof(s) - 1                                             \
	}

struct text {
	const char *s;
	size_t len;
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void well_formed_utf8_is_accepted(void **state)
{
	static const struct text good[] = {
	    T(""),
	    T("plain"),
	    T("a\0b"),
	    T("\x7f"),
	    T("\xc2\x80"),	   /* U+0080, the first of two bytes */
	    T("\xdf\xbf"),	   /* U+07FF, the last */
	    T("\xe0\xa0\x80"),	   /* U+0800, the first of three */
	    T("\xed\x9f\xbf"),	   /* U+D7FF, before the surrogates */
	    T("\xee\x80\x80"),	   /* U+E000, after them */
	    T("\xef\xbf\xbd"),	   /* U+FFFD */
	    T("\xef\xbf\xbf"),	   /* U+FFFF, a noncharacter but valid */
	    T("\xf0\x90\x80\x80"), /* U+10000 */
	    T("\xf4\x8f\xbf\xbf"), /* U+10FFFF, the last of all */
	    T("\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80 mixed"),
	};

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++)
		assert_true(text_utf8(good[i].s, good[i].len));
	assert_true(text_utf8(NULL, 0));
}

static void malformed_utf8_is_refused(void **state)
{
	static const struct text bad[] = {
	    T("\x80"),			   /* a continuation alone */
	    T("\xbf"),			   /* another */
	    T("\xc0\x80"),		   /* overlong NUL */
	    T("\xc1\xbf"),		   /* overlong DEL */
	    T("\xe0\x80\x80"),		   /* overlong, three bytes */
	    T("\xe0\x9f\xbf"),		   /* overlong U+07FF */
	    T("\xf0\x80\x80\x80"),	   /* overlong, four bytes */
	    T("\xf0\x8f\xbf\xbf"),	   /* overlong U+FFFF */
	    T("\xed\xa0\x80"),		   /* U+D800 */
	    T("\xed\xbf\xbf"),		   /* U+DFFF */
	    T("\xed\xa0\x80\xed\xb0\x80"), /* a pair of them: CESU-8 */
	    T("\xf4\x90\x80\x80"),	   /* U+110000 */
	    T("\xf5\x80\x80\x80"),	   /* beyond */
	    T("\xf8\x88\x80\x80\x80"),	   /* five bytes */
	    T("\xfe"),
	    T("\xff"),
	    T("\xc3"), /* cut short */
	    T("\xe2\x82"),
	    T("\xf0\x9f\x98"),
	    T("\xc3("), /* not continued */
	    T("\xe2(\xac"),
	    T("\xe2\x82("),
	    T("\xf0(\x98\x80"),
	    T("\xf0\x9f(\x80"),
	    T("\xf0\x9f\x98("),
	    T("good until \xff"),
	};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_false(text_utf8(bad[i].s, bad[i].len));
}

static void a_character_tells_its_length_and_code_point(void **state)
{
	uint32_t cp = 7;

	(void)state;
	assert_int_equal(text_utf8_char("a", 1, &cp), 1);
	assert_int_equal(cp, 'a');
	assert_int_equal(text_utf8_char("\0", 1, &cp), 1);
	assert_int_equal(cp, 0);
	assert_int_equal(text_utf8_char("\xc3\xa9z", 3, &cp), 2);
	assert_int_equal(cp, 0xe9);
	assert_int_equal(text_utf8_char("\xe2\x82\xac", 3, &cp), 3);
	assert_int_equal(cp, 0x20ac);
	assert_int_equal(text_utf8_char("\xf4\x8f\xbf\xbf", 4, &cp), 4);
	assert_int_equal(cp, 0x10ffff);
	assert_int_equal(text_utf8_char("\xe2\x82\xac", 3, NULL), 3);
	assert_int_equal(text_utf8_char("\xe2\x82\xac", 2, &cp), 0);
	assert_int_equal(text_utf8_char("", 0, &cp), 0);
}

/* Every code point there is goes there and back. */
static void every_code_point_decodes_to_itself(void **state)
{
	uint32_t got = 0;
	char s[4];

	(void)state;
	for (uint32_t cp = 0x10000; cp <= 0x10ffff; cp++) {
		s[0] = (char)(0xf0 | cp >> 18);
		s[1] = (char)(0x80 | (cp >> 12 & 0x3f));
		s[2] = (char)(0x80 | (cp >> 6 & 0x3f));
		s[3] = (char)(0x80 | (cp & 0x3f));
		if (text_utf8_char(s, 4, &got) != 4 || got != cp)
			fail_msg("U+%X", (unsigned)cp);
	}
	for (uint32_t cp = 0x800; cp <= 0xffff; cp++) {
		size_t n = cp >= 0xd800 && cp <= 0xdfff ? 0 : 3;

		s[0] = (char)(0xe0 | cp >> 12);
		s[1] = (char)(0x80 | (cp >> 6 & 0x3f));
		s[2] = (char)(0x80 | (cp & 0x3f));
		if (text_utf8_char(s, 3, &got) != n || (n && got != cp))
			fail_msg("U+%X", (unsigned)cp);
	}
}

static void check_safe(struct text in, size_t max, const char *expected)
{
	struct buf b = BUF_INIT(1000);

	text_safe(&b, in.s, in.len, max);
	assert_false(b.failed);
	assert_string_equal(buf_str(&b), expected);
	assert_true(text_utf8(buf_str(&b), b.len));
	buf_release(&b);
}

struct pair {
	struct text in;
	const char *out;
};

static void what_a_terminal_would_obey_is_spelled_out(void **state)
{
	static const struct pair pairs[] = {
	    {T("plain \\ text\\n"), "plain \\ text\\n"},
	    {T("caf\xc3\xa9 \xe6\x97\xa5\xe6\x9c\xac \xf0\x9f\x98\x80"),
		"caf\xc3\xa9 \xe6\x97\xa5\xe6\x9c\xac \xf0\x9f\x98\x80"},
	    {T("\x1b[31mred\x1b[0m"), "\\x1b[31mred\\x1b[0m"},
	    {T("\x1b]52;c;ZXZpbA==\a"), "\\x1b]52;c;ZXZpbA==\\x07"},
	    {T("a\0b\tc\nd\re"), "a\\x00b\\x09c\\x0ad\\x0de"},
	    {T("\x7f"), "\\x7f"},
	    {T("\xc2\x9b"), "\\u{9b}"}, /* CSI as one character */
	    {T("\xc2\x80\xc2\x9f"), "\\u{80}\\u{9f}"},
	    {T("\xc2\xa0"), "\xc2\xa0"},
	    {T("\x9b"), "\\x9b"}, /* CSI of an eight-bit terminal */
	    {T("\xff\xfe"), "\\xff\\xfe"},
	    {T("\xe2\x82"), "\\xe2\\x82"},
	    {T("\xed\xa0\x80"), "\\xed\\xa0\\x80"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(pairs); i++)
		check_safe(pairs[i].in, SIZE_MAX, pairs[i].out);
	for (char c = 0; c < 0x20; c++) {
		char expected[] = "\\x00";

		expected[2] = (char)('0' + (c >> 4));
		expected[3] = "0123456789abcdef"[c & 15];
		check_safe((struct text){&c, 1}, SIZE_MAX, expected);
	}
}

static void what_reorders_or_hides_text_is_spelled_out(void **state)
{
	static const struct pair pairs[] = {
	    {T("\xe2\x80\xae"), "\\u{202e}"},	   /* RLO */
	    {T("\xe2\x80\xaa"), "\\u{202a}"},	   /* LRE */
	    {T("\xe2\x81\xa6"), "\\u{2066}"},	   /* LRI */
	    {T("\xe2\x81\xa9"), "\\u{2069}"},	   /* PDI */
	    {T("\xe2\x80\x8e"), "\\u{200e}"},	   /* LRM */
	    {T("\xd8\x9c"), "\\u{61c}"},	   /* ALM */
	    {T("\xe2\x80\x8b"), "\\u{200b}"},	   /* zero width space */
	    {T("\xe2\x80\x8d"), "\\u{200d}"},	   /* joiner */
	    {T("\xe2\x81\xa0"), "\\u{2060}"},	   /* word joiner */
	    {T("\xef\xbb\xbf"), "\\u{feff}"},	   /* BOM */
	    {T("\xe2\x80\xa8"), "\\u{2028}"},	   /* line separator */
	    {T("\xe2\x80\xa9"), "\\u{2029}"},	   /* paragraph separator */
	    {T("\xc2\xad"), "\\u{ad}"},		   /* soft hyphen */
	    {T("\xe3\x85\xa4"), "\\u{3164}"},	   /* Hangul filler */
	    {T("\xf3\xa0\x81\x81"), "\\u{e0041}"}, /* tag A */
	    {T("\xf3\xa0\x84\x80"), "\\u{e0100}"}, /* variation selector */
	    {T("a\xe2\x80\xae"
	       "b"),
		"a\\u{202e}b"},
	    {T("\xe2\x80\x90"), "\xe2\x80\x90"}, /* a hyphen next to them */
	    {T("\xe2\x80\xaf"), "\xe2\x80\xaf"}, /* a narrow space */
	};

	(void)state;
	for (size_t i = 0; i < COUNT(pairs); i++)
		check_safe(pairs[i].in, SIZE_MAX, pairs[i].out);
}

static void a_text_with_too_many_columns_is_cut(void **state)
{
	(void)state;
	check_safe((struct text)T("abcdef"), 6, "abcdef");
	check_safe((struct text)T("abcdefg"), 6, "abc...");
	check_safe((struct text)T("abcdefg"), 3, "...");
	check_safe((struct text)T("abcdefg"), 2, "..");
	check_safe((struct text)T("abcdefg"), 0, "");
	check_safe((struct text)T(""), 0, "");
	check_safe((struct text)T("\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"), 4,
	    "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9");
	check_safe((struct text)T("\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9z"), 4,
	    "\xc3\xa9...");
}

static void a_cut_never_splits_a_spelled_out_character(void **state)
{
	(void)state;
	check_safe((struct text)T("ab\x1b"), 6, "ab\\x1b");
	check_safe((struct text)T("abc\x1b"), 6, "abc...");
	check_safe((struct text)T("a\x1b\x1b"), 8, "a\\x1b...");
	check_safe((struct text)T("a\x1b\x1b"), 7, "a...");
}

static void wide_characters_take_two_columns(void **state)
{
	(void)state;
	check_safe((struct text)T("\xe6\x97\xa5\xe6\x9c\xac"), 4,
	    "\xe6\x97\xa5\xe6\x9c\xac");
	check_safe((struct text)T("\xe6\x97\xa5\xe6\x9c\xac"), 3, "...");
	check_safe((struct text)T("\xe6\x97\xa5\xe6\x9c\xac\xe6\x97\xa5"), 5,
	    "\xe6\x97\xa5...");
}

static void what_stood_in_the_buffer_is_neither_cut_nor_counted(void **state)
{
	struct buf b = BUF_INIT(100);

	(void)state;
	buf_adds(&b, "before: ");
	text_safe(&b, "abcdefg", 7, 5);
	assert_string_equal(buf_str(&b), "before: ab...");
	buf_release(&b);
}

static void a_buffer_that_is_full_fails(void **state)
{
	struct buf b = BUF_INIT(3);

	(void)state;
	text_safe(&b, "abcdefg", 7, 100);
	assert_true(b.failed);
	buf_release(&b);
}

static void check_word(struct text in, const char *expected)
{
	struct buf b = BUF_INIT(1000);

	text_word(&b, in.s, in.len);
	assert_false(b.failed);
	assert_string_equal(buf_str(&b), expected);
	buf_release(&b);
}

static void a_word_is_quoted_only_when_a_shell_needs_it(void **state)
{
	static const struct pair pairs[] = {
	    {T("plain"), "plain"},
	    {T("/home/u/.mairu.json"), "/home/u/.mairu.json"},
	    {T("https://x.example:8443/a,b@c+d%20_-"),
		"https://x.example:8443/a,b@c+d%20_-"},
	    {T("-xyz"), "-xyz"},
	    {T(""), "''"},
	    {T("a b"), "'a b'"},
	    {T("$HOME"), "'$HOME'"},
	    {T("`x`"), "'`x`'"},
	    {T("a;b"), "'a;b'"},
	    {T("~"), "'~'"},
	    {T("=x"), "'=x'"}, /* zsh would look for a command */
	    {T("*?[]"), "'*?[]'"},
	    {T("a\\b"), "'a\\b'"},
	    {T("\"x\""), "'\"x\"'"},
	    {T("{a,b}"), "'{a,b}'"},
	    {T("!x"), "'!x'"},
	    {T("#x"), "'#x'"},
	    {T("it's"), "'it'\\''s'"},
	    {T("'"), "''\\'''"},
	    {T("caf\xc3\xa9"), "'caf\xc3\xa9'"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(pairs); i++)
		check_word(pairs[i].in, pairs[i].out);
}

static void a_word_is_sanitised_like_any_other_text(void **state)
{
	(void)state;
	check_word((struct text)T("a\nb"), "'a\\x0ab'");
	check_word((struct text)T("a\0b"), "'a\\x00b'");
	check_word((struct text)T("\xff'"), "'\\xff'\\'''");
	check_word((struct text)T("\xe2\x80\xae"), "'\\u{202e}'");
}

static void check_path(const char *home, const char *path, const char *expected)
{
	struct buf b = BUF_INIT(1000);

	if (home)
		assert_int_equal(setenv("HOME", home, 1), 0);
	else
		assert_int_equal(unsetenv("HOME"), 0);
	path_text(&b, path);
	assert_string_equal(buf_str(&b), expected);
	buf_release(&b);
}

static void a_path_below_home_begins_with_a_tilde(void **state)
{
	(void)state;
	check_path("/home/u", "/home/u/p/x", "~/p/x");
	check_path("/home/u/", "/home/u/p/x", "~/p/x");
	check_path("/home/u", "/home/u2/p", "/home/u2/p");
	check_path("/home/u", "/home/v/p", "/home/v/p");
	check_path("/home/u", "/home/u", "/home/u");
	check_path("/home/u", "/", "/");
	check_path("/", "/etc/x", "~/etc/x");
	check_path("/", "/", "/");
}

static void check_path_word(
    const char *home, const char *path, const char *expected)
{
	struct buf b = BUF_INIT(1024);

	assert_int_equal(setenv("HOME", home, 1), 0);
	path_text_word(&b, path);
	assert_string_equal(buf_str(&b), expected);
	buf_release(&b);
}

static void a_path_as_a_word_has_a_tilde_only_where_a_shell_takes_it(
    void **state)
{
	(void)state;
	check_path_word("/home/u", "/home/u/p/x", "~/p/x");
	check_path_word("/home/my u", "/home/my u/p", "~/p");
	check_path_word("/home/u", "/home/u/my p", "'/home/u/my p'");
	check_path_word("/home/u", "/srv/p", "/srv/p");
	check_path_word("/home/u", "/home/u", "/home/u");
	check_path_word("/home/u", "/", "/");
}

static void marks_over_a_character_take_no_column(void **state)
{
	/* e with an acute accent, ha with a voiced mark */
	static const char text[] = "cafe\xcc\x81 \xe3\x81\xaf\xe3\x82\x99";
	struct buf b = BUF_INIT(64);

	(void)state;
	assert_int_equal(text_columns(text, strlen(text)), 7);
	text_safe(&b, text, strlen(text), 7);
	assert_string_equal(buf_str(&b), text);
	buf_release(&b);
}

static void marks_over_nothing_and_heaps_of_them_are_shown(void **state)
{
	static const char heap[] = "a\xcc\x81\xcc\x82\xcc\x83\xcc\x84\xcc\x85"
				   "\xcc\x86",
			  alone[] = "\xcc\x81x", behind[] = "\n\xcc\x81";
	struct buf b = BUF_INIT(64);

	(void)state;
	text_safe(&b, heap, strlen(heap), 64);
	assert_string_equal(
	    buf_str(&b), "a\xcc\x81\xcc\x82\xcc\x83\xcc\x84\\u{305}\\u{306}");
	assert_int_equal(text_columns(heap, strlen(heap)), 15);
	buf_clear(&b);
	text_safe(&b, alone, strlen(alone), 64);
	assert_string_equal(buf_str(&b), "\\u{301}x");
	buf_clear(&b);
	text_safe(&b, behind, strlen(behind), 64);
	assert_string_equal(buf_str(&b), "\\x0a\\u{301}");
	buf_release(&b);
}

static void columns_are_those_of_a_terminal(void **state)
{
	(void)state;
	assert_int_equal(text_columns("", 0), 0);
	assert_int_equal(text_columns("abc", 3), 3);
	assert_int_equal(text_columns("\xc3\xa4", 2), 1);
	assert_int_equal(text_columns("\xe6\x97\xa5\xe6\x9c\xac", 6), 4);
	assert_int_equal(text_columns("a\xff", 2), 5);
}

static void a_home_that_is_not_absolute_changes_no_path(void **state)
{
	(void)state;
	check_path(NULL, "/home/u/p", "/home/u/p");
	check_path("", "/home/u/p", "/home/u/p");
	check_path("home", "home/x", "home/x");
}

static void a_path_is_sanitised_like_any_other_text(void **state)
{
	(void)state;
	check_path("/home/u", "/home/u/\x1b[2J\xff", "~/\\x1b[2J\\xff");
}

static void a_number_of_the_range_is_read(void **state)
{
	long v = 0;

	(void)state;
	assert_int_equal(text_number("0", 1, 0, 9, &v), 0);
	assert_int_equal(v, 0);
	assert_int_equal(text_number("65535", 5, 1, 65535, &v), 0);
	assert_int_equal(v, 65535);
	assert_int_equal(text_number("12345", 2, 0, 99, &v), 0);
	assert_int_equal(v, 12);
	assert_int_equal(
	    text_number("9223372036854775807", 19, 0, LONG_MAX, &v), 0);
	assert_true(v == LONG_MAX);
}

static void what_is_no_plain_number_is_refused(void **state)
{
	static const struct text bad[] = {T(""), T("-1"), T("+1"), T(" 1"),
	    T("1 "), T("01"), T("00"), T("1.0"), T("0x1"), T("1e3"), T("1\0"),
	    T("\xd9\xa1"), T("9223372036854775808"), T("18446744073709551617"),
	    T("99999999999999999999999999"), T("x"), T("1x")};
	long v = 77;

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_int_equal(
		    text_number(bad[i].s, bad[i].len, LONG_MIN, LONG_MAX, &v),
		    ERR_FORMAT);
	assert_int_equal(text_number("4", 1, 5, 9, &v), ERR_FORMAT);
	assert_int_equal(text_number("10", 2, 5, 9, &v), ERR_FORMAT);
	assert_int_equal(v, 77);
}

static void letters_and_digits_are_those_of_ascii(void **state)
{
	(void)state;
	for (const char *c = "azAZ09"; *c != '\0'; c++)
		assert_true(text_has(*c, ""));
	for (const char *c = "`{@[/:_ \xe4"; *c != '\0'; c++)
		assert_false(text_has(*c, ""));
	assert_true(text_has('_', "-_"));
	assert_false(text_has('\0', "-_"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(letters_and_digits_are_those_of_ascii),
	    cmocka_unit_test(well_formed_utf8_is_accepted),
	    cmocka_unit_test(malformed_utf8_is_refused),
	    cmocka_unit_test(a_character_tells_its_length_and_code_point),
	    cmocka_unit_test(every_code_point_decodes_to_itself),
	    cmocka_unit_test(what_a_terminal_would_obey_is_spelled_out),
	    cmocka_unit_test(what_reorders_or_hides_text_is_spelled_out),
	    cmocka_unit_test(a_text_with_too_many_columns_is_cut),
	    cmocka_unit_test(a_cut_never_splits_a_spelled_out_character),
	    cmocka_unit_test(wide_characters_take_two_columns),
	    cmocka_unit_test(
		what_stood_in_the_buffer_is_neither_cut_nor_counted),
	    cmocka_unit_test(a_buffer_that_is_full_fails),
	    cmocka_unit_test(a_word_is_quoted_only_when_a_shell_needs_it),
	    cmocka_unit_test(a_word_is_sanitised_like_any_other_text),
	    cmocka_unit_test(a_path_below_home_begins_with_a_tilde),
	    cmocka_unit_test(
		a_path_as_a_word_has_a_tilde_only_where_a_shell_takes_it),
	    cmocka_unit_test(marks_over_a_character_take_no_column),
	    cmocka_unit_test(marks_over_nothing_and_heaps_of_them_are_shown),
	    cmocka_unit_test(columns_are_those_of_a_terminal),
	    cmocka_unit_test(a_home_that_is_not_absolute_changes_no_path),
	    cmocka_unit_test(a_path_is_sanitised_like_any_other_text),
	    cmocka_unit_test(a_number_of_the_range_is_read),
	    cmocka_unit_test(what_is_no_plain_number_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
