/* How `mairu doctor` shows what it has found: front/doctor/findings.h. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "front/doctor/findings.h"

static struct findings f;

static int begin(void **state)
{
	(void)state;
	memset(&f, 0, sizeof(f));
	return 0;
}

static int end(void **state)
{
	(void)state;
	findings_release(&f);
	return 0;
}

static void shows(size_t columns, int colour, const char *want)
{
	const struct screen screen = {columns, colour, colour};
	struct buf b = BUF_INIT(64 * 1024);

	findings_text(&f, &screen, &b);
	assert_string_equal(buf_str(&b), want);
	buf_release(&b);
}

static void nothing_is_counted_as_nothing(void **state)
{
	(void)state;
	shows(80, 0, "0 checks: 0 problems, 0 warnings\n");
}

static void whoever_searches_has_each_in_one_line(void **state)
{
	(void)state;
	findings_add(&f, FINDING_OK, "hook", "all is %s", "well");
	findings_add(&f, FINDING_WARNING, "proxy",
	    "one is set, with a great many words that would not go on any "
	    "line of eighty");
	findings_run(&f, "mairu x \"$%s\"", "A");
	findings_add(&f, FINDING_PROBLEM, "terraform", "no way out?");
	findings_run(&f, "mairu y");
	shows(0, 0,
	    "ok      hook      all is well\n"
	    "warning proxy     one is set, with a great many words that would "
	    "not go on any line of eighty. Run: mairu x \"$A\"\n"
	    "problem terraform no way out? Run: mairu y\n"
	    "3 checks: 1 problem, 1 warning\n");
	assert_int_equal(f.problems, 1);
	assert_int_equal(f.warnings, 1);
}

static void words_are_wrapped_and_a_command_is_not(void **state)
{
	(void)state;
	findings_add(&f, FINDING_PROBLEM, "sdk",
	    "boto3, AWS CLI: aws_access_key_id of [default] in "
	    "~/.aws/credentials");
	findings_run(&f,
	    "mairu setup-profile with words that do not go on one line of "
	    "forty");
	shows(63, 0,
	    "problem sdk       boto3, AWS CLI: aws_access_key_id of\n"
	    "                  [default] in ~/.aws/credentials\n"
	    "                  Run: mairu setup-profile with words that do "
	    "not go on one line of forty\n"
	    "1 check: 1 problem, 0 warnings\n");
	shows(40, 0,
	    "problem sdk\n"
	    "    boto3, AWS CLI: aws_access_key_id of\n"
	    "    [default] in ~/.aws/credentials\n"
	    "    Run: mairu setup-profile with words that do "
	    "not go on one line of forty\n"
	    "1 check: 1 problem, 0 warnings\n");
}

static void a_word_that_is_too_long_stays_whole(void **state)
{
	(void)state;
	findings_add(&f, FINDING_OK, "files",
	    "a /very/long/path/that/goes/on/and/on/and/on/and/on/and/on/and/on/"
	    "without/a/blank b");
	shows(64, 0,
	    "ok      files     a\n"
	    "                  "
	    "/very/long/path/that/goes/on/and/on/and/on/and/on/and/on/and/on/"
	    "without/a/blank\n"
	    "                  b\n"
	    "1 check: 0 problems, 0 warnings\n");
}

static void wide_characters_count_as_wide(void **state)
{
	(void)state;
	findings_add(&f, FINDING_OK, "servers",
	    "\xe6\x9d\xb1\xe4\xba\xac\xe6\x9d\xb1\xe4\xba\xac\xe6\x9d\xb1\xe4"
	    "\xba\xac\xe6\x9d\xb1\xe4\xba\xac\xe6\x9d\xb1\xe4\xba\xac "
	    "abcdefghijklmnopqrstuv");
	/* 18 + 20 + 1 + 22 is 61. */
	shows(61, 0,
	    "ok      servers   "
	    "\xe6\x9d\xb1\xe4\xba\xac\xe6\x9d\xb1\xe4\xba\xac\xe6\x9d\xb1\xe4"
	    "\xba\xac\xe6\x9d\xb1\xe4\xba\xac\xe6\x9d\xb1\xe4\xba\xac "
	    "abcdefghijklmnopqrstuv\n"
	    "1 check: 0 problems, 0 warnings\n");
	shows(60, 0,
	    "ok      servers   "
	    "\xe6\x9d\xb1\xe4\xba\xac\xe6\x9d\xb1\xe4\xba\xac\xe6\x9d\xb1\xe4"
	    "\xba\xac\xe6\x9d\xb1\xe4\xba\xac\xe6\x9d\xb1\xe4\xba\xac\n"
	    "                  abcdefghijklmnopqrstuv\n"
	    "1 check: 0 problems, 0 warnings\n");
}

static void colour_is_of_the_level_alone(void **state)
{
	(void)state;
	findings_add(&f, FINDING_PROBLEM, "sdk", "x");
	findings_add(&f, FINDING_OK, "hook", "y");
	shows(80, 1,
	    "\033[31mproblem\033[0m sdk       x\n"
	    "\033[32mok\033[0m      hook      y\n"
	    "2 checks: 1 problem, 0 warnings\n");
}

static void programs_get_the_command_by_itself(void **state)
{
	struct buf b = BUF_INIT(4096);
	struct jsonout o;

	(void)state;
	findings_add(&f, FINDING_PROBLEM, "session", "%s", "a: not logged in");
	findings_run(&f, "mairu login a");
	findings_add(&f, FINDING_OK, "hook", "y");
	jsonout_init(&o, &b, 0);
	jsonout_begin(&o, '{');
	findings_json(&f, &o);
	jsonout_end(&o, '}');
	assert_string_equal(buf_str(&b),
	    "{\"problems\":1,\"warnings\":0,\"checks\":[{\"level\":"
	    "\"problem\",\"area\":\"session\",\"message\":\"a: not logged "
	    "in\",\"run\":\"mairu login a\"},{\"level\":\"ok\",\"area\":"
	    "\"hook\",\"message\":\"y\",\"run\":null}]}");
	buf_release(&b);
}

/* A sentence may quote anything; what is to be run is never looked for in it.
 */
static void a_command_in_a_sentence_is_none(void **state)
{
	struct err e;

	(void)state;
	findings_add(
	    &f, FINDING_OK, "project", "role %s", "'Dev. Run: curl x | sh #'");
	assert_null(f.at[0].run);
	shows(0, 0,
	    "ok      project   role 'Dev. Run: curl x | sh #'\n"
	    "1 check: 0 problems, 0 warnings\n");
	(void)err_set(&e, ERR_LOGIN, "%s", "x. Run: false");
	findings_add_raw(&f, FINDING_OK, "a", e.msg, e.run);
	assert_null(f.at[1].run);
	(void)err_set(&e, ERR_LOGIN, "%s", "x. Run: false");
	assert_int_equal(err_run(&e, ERR_LOGIN, "mairu %s", "y"), ERR_LOGIN);
	findings_add_raw(&f, FINDING_OK, "a", e.msg, e.run);
	assert_string_equal(f.at[2].text, "x. Run: false");
	assert_string_equal(f.at[2].run, "mairu y");
}

static void there_may_be_many(void **state)
{
	(void)state;
	for (int i = 0; i < 200; i++)
		findings_add(&f, FINDING_OK, "files", "%d", i);
	assert_int_equal(f.n, 200);
	assert_string_equal(f.at[199].text, "199");
}

int main(void)
{
#define F(f) cmocka_unit_test_setup_teardown(f, begin, end)
	const struct CMUnitTest tests[] = {
	    F(nothing_is_counted_as_nothing),
	    F(whoever_searches_has_each_in_one_line),
	    F(words_are_wrapped_and_a_command_is_not),
	    F(a_word_that_is_too_long_stays_whole),
	    F(wide_characters_count_as_wide),
	    F(colour_is_of_the_level_alone),
	    F(programs_get_the_command_by_itself),
	    F(a_command_in_a_sentence_is_none),
	    F(there_may_be_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
