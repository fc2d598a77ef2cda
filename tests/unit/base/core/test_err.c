#include "base/core/err.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void an_error_carries_its_code_and_message(void **state)
{
	struct err e = {.sys_errno = 7};

	(void)state;
	assert_int_equal(
	    err_set(&e, ERR_FORMAT, "%s has %d faults", "x", 3), ERR_FORMAT);
	assert_int_equal(e.code, ERR_FORMAT);
	assert_int_equal(e.sys_errno, 0);
	assert_string_equal(e.msg, "x has 3 faults");
}

static void a_caller_may_pass_no_error_to_fill(void **state)
{
	(void)state;
	errno = ENOENT;
	assert_int_equal(err_set(NULL, ERR_LIMIT, "%s", "x"), ERR_LIMIT);
	assert_int_equal(err_sys(NULL, "%s", "x"), ERR_SYS);
}

static void a_later_error_overwrites_an_earlier_one(void **state)
{
	struct err e;

	(void)state;
	errno = EACCES;
	assert_int_equal(err_sys(&e, "a long message about a file"), ERR_SYS);
	assert_int_equal(err_set(&e, ERR_USAGE, "short"), ERR_USAGE);
	assert_string_equal(e.msg, "short");
	assert_int_equal(e.sys_errno, 0);
}

static void a_message_can_wrap_the_one_it_replaces(void **state)
{
	struct err e;

	(void)state;
	assert_int_equal(err_set(&e, ERR_FORMAT, "inner"), ERR_FORMAT);
	assert_int_equal(
	    err_set(&e, e.code, "outer: %s (%s)", e.msg, e.msg), ERR_FORMAT);
	assert_string_equal(e.msg, "outer: inner (inner)");
}

static void a_failed_system_call_keeps_errno_and_names_it(void **state)
{
	struct err e;

	(void)state;
	errno = ENOENT;
	assert_int_equal(err_sys(&e, "cannot open %s", "/x"), ERR_SYS);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(e.code, ERR_SYS);
	assert_int_equal(e.sys_errno, ENOENT);
	assert_string_equal(e.msg, "cannot open /x: No such file or directory");
}

static void a_long_message_is_cut_and_terminated(void **state)
{
	char text[2 * sizeof(((struct err *)0)->msg)];
	struct err e;

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(err_set(&e, ERR_LIMIT, "%s", text), ERR_LIMIT);
	assert_int_equal(strlen(e.msg), sizeof(e.msg) - 1);
}

static void a_long_path_does_not_push_out_the_reason(void **state)
{
	static const char why[] = "x: Permission denied";
	char text[2 * sizeof(((struct err *)0)->msg)];
	struct err e;

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	errno = EACCES;
	assert_int_equal(err_sys(&e, "cannot open %s", text), ERR_SYS);
	assert_int_equal(strlen(e.msg), sizeof(e.msg) - 1);
	assert_string_equal(e.msg + strlen(e.msg) - (sizeof(why) - 1), why);
}

static void a_command_is_a_member_and_whole_or_none(void **state)
{
	char text[2000];
	struct err e;

	(void)state;
	(void)err_set(&e, ERR_LOGIN, "no. Run: %s", "x");
	assert_int_equal(e.run, 0);
	assert_int_equal(
	    err_run(&e, ERR_LOGIN, "mairu login %s", "a"), ERR_LOGIN);
	assert_string_equal(e.msg, "no. Run: x. Run: mairu login a");
	assert_string_equal(e.msg + e.run, "mairu login a");
	/* A long sentence gives way to it. */
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	(void)err_set(&e, ERR_LOGIN, "%s", text);
	(void)err_run(&e, ERR_LOGIN, "mairu login");
	assert_string_equal(e.msg + e.run, "mairu login");
	assert_int_equal(strlen(e.msg), sizeof(e.msg) - 1);
	(void)err_set(&e, ERR_LOGIN, "no");
	(void)err_run(&e, ERR_LOGIN, "%s", text);
	assert_int_equal(e.run, 0);
	assert_string_equal(e.msg, "no");
	assert_int_equal(err_run(NULL, ERR_LOGIN, "x"), ERR_LOGIN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_error_carries_its_code_and_message),
	    cmocka_unit_test(a_caller_may_pass_no_error_to_fill),
	    cmocka_unit_test(a_later_error_overwrites_an_earlier_one),
	    cmocka_unit_test(a_message_can_wrap_the_one_it_replaces),
	    cmocka_unit_test(a_failed_system_call_keeps_errno_and_names_it),
	    cmocka_unit_test(a_long_message_is_cut_and_terminated),
	    cmocka_unit_test(a_long_path_does_not_push_out_the_reason),
	    cmocka_unit_test(a_command_is_a_member_and_whole_or_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
