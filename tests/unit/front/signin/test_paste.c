/* What is typed and pasted unseen: front/signin/paste.h. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "front/signin/paste.h"

/* What is there after these bytes, however they are cut. */
static const char *after(const char *s, enum paste_result want)
{
	static struct paste whole, bytes;
	enum paste_result r = PASTE_MORE;

	paste_release(&whole);
	paste_release(&bytes);
	assert_int_equal(paste_feed(&whole, s, strlen(s)), want);
	for (size_t i = 0; i < strlen(s) && r != PASTE_DONE; i++)
		r = paste_feed(&bytes, s + i, 1);
	assert_int_equal(r, want);
	assert_string_equal(buf_str(&whole.text), buf_str(&bytes.text));
	return buf_str(&whole.text);
}

static void enter_ends_it(void **state)
{
	(void)state;
	assert_string_equal(after("http://x/", PASTE_MORE), "http://x/");
	assert_string_equal(after("http://x/\r", PASTE_ENTER), "http://x/");
	assert_string_equal(after("http://x/\n", PASTE_ENTER), "http://x/");
	assert_string_equal(after("x\r\n\r\n", PASTE_ENTER), "x");
	assert_string_equal(after("\r\n\n", PASTE_MORE), "");
}

static void a_line_that_was_wrapped_is_one(void **state)
{
	(void)state;
	assert_string_equal(after("ab\ncd\r\n\tef \r", PASTE_ENTER), "abcdef");
	assert_string_equal(
	    after(" http://x/ y\tz \r", PASTE_ENTER), "http://x/yz");
	/* Which is no address, and is not to be taken for a code. */
	assert_string_equal(
	    after("hello \t world \r", PASTE_ENTER), "hello world");
	assert_string_equal(after("ab\ncd", PASTE_MORE), "abcd");
	assert_string_equal(
	    after("\033[200~ab\ncd\n\033[201~", PASTE_MORE), "abcd");
	assert_string_equal(
	    after("\033[200~ab\ncd\033[201~\r", PASTE_ENTER), "abcd");
}

static void keys_edit(void **state)
{
	(void)state;
	assert_string_equal(after("abx\177c\010\010z", PASTE_MORE), "az");
	assert_string_equal(after("\177\010", PASTE_MORE), "");
	assert_string_equal(after("no\025yes", PASTE_MORE), "yes");
	assert_string_equal(after("no\027yes", PASTE_MORE), "yes");
	/* Corrected after a wrap, it waits for another Enter. */
	assert_string_equal(after("ab\r\025cd", PASTE_MORE), "cd");
	assert_string_equal(after("ab\r\025", PASTE_MORE), "");
}

static void keys_that_edit_nothing_leave_no_trace(void **state)
{
	(void)state;
	assert_string_equal(
	    after("a\033[Ab\033[1;5Cc\033OPd\033xe", PASTE_MORE), "abcde");
	assert_string_equal(after("a\033[999999999999~b", PASTE_MORE), "ab");
	assert_string_equal(after("a\001\002\003\007b", PASTE_MORE), "ab");
}

static void what_is_pasted_is_no_key(void **state)
{
	(void)state;
	assert_string_equal(
	    after("\033[200~a\004b\025c\177\033[201~", PASTE_MORE), "abc");
}

static void ctrl_d_is_enter_or_the_end(void **state)
{
	(void)state;
	assert_string_equal(after("abc\004", PASTE_ENTER), "abc");
	(void)after("\004", PASTE_DONE);
	(void)after("abc\025\004", PASTE_DONE);
}

static void too_much_is_forgotten(void **state)
{
	static char long_one[PASTE_MAX + 3];
	struct paste p;

	(void)state;
	memset(long_one, 'x', PASTE_MAX + 1);
	paste_init(&p);
	assert_int_equal(paste_feed(&p, long_one, PASTE_MAX), PASTE_MORE);
	assert_int_equal(p.text.len, PASTE_MAX);
	assert_int_equal(paste_feed(&p, "\r", 1), PASTE_ENTER);
	paste_clear(&p);
	assert_int_equal(paste_feed(&p, long_one, PASTE_MAX + 1), PASTE_MORE);
	/* Deleting does not make it whole again. */
	assert_int_equal(paste_feed(&p, "\177\177\r", 3), PASTE_LONG);
	assert_int_equal(p.text.len, 0);
	assert_int_equal(paste_feed(&p, "ab\r", 3), PASTE_ENTER);
	assert_string_equal(buf_str(&p.text), "ab");
	paste_release(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(enter_ends_it),
	    cmocka_unit_test(a_line_that_was_wrapped_is_one),
	    cmocka_unit_test(keys_edit),
	    cmocka_unit_test(keys_that_edit_nothing_leave_no_trace),
	    cmocka_unit_test(what_is_pasted_is_no_key),
	    cmocka_unit_test(ctrl_d_is_enter_or_the_end),
	    cmocka_unit_test(too_much_is_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
