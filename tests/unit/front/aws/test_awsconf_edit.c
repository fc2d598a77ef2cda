/* The one change of an AWS config file: front/aws/awsconf_edit.h. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "front/aws/awsconf_edit.h"

#define LINE "credential_process = /bin/mairu credential-process auto"

static int set(const char *text, struct buf *out, struct buf *diff)
{
	buf_init(out, 4096);
	buf_init(diff, 4096);
	return awsconf_set_process(text, strlen(text), "mairu",
	    "/bin/mairu credential-process auto", out, diff);
}

static void becomes(const char *text, const char *want, const char *hunks)
{
	struct buf out, diff;

	assert_int_equal(set(text, &out, &diff), 1);
	assert_string_equal(buf_str(&out), want);
	if (hunks != NULL)
		assert_string_equal(buf_str(&diff), hunks);
	buf_release(&diff);
	buf_release(&out);
}

static void an_empty_file_gets_the_profile_alone(void **state)
{
	(void)state;
	becomes("", "[profile mairu]\n" LINE "\n",
	    "@@ -0,0 +1,2 @@ [profile mairu]\n"
	    "+[profile mairu]\n"
	    "+" LINE "\n");
}

static void the_profile_comes_last_after_a_blank_line(void **state)
{
	(void)state;
	becomes("[default]\nregion = x\n",
	    "[default]\nregion = x\n\n[profile mairu]\n" LINE "\n",
	    "@@ -2,0 +3,3 @@ [profile mairu]\n"
	    "+\n"
	    "+[profile mairu]\n"
	    "+" LINE "\n");
	becomes("[a]\n\n", "[a]\n\n[profile mairu]\n" LINE "\n", NULL);
	becomes("\n", "\n[profile mairu]\n" LINE "\n", NULL);
}

static void a_last_line_without_an_end_gets_one(void **state)
{
	(void)state;
	becomes("[a]\nregion = x",
	    "[a]\nregion = x\n\n[profile mairu]\n" LINE "\n", NULL);
	becomes("[profile mairu]", "[profile mairu]\n" LINE "\n", NULL);
	becomes("[profile mairu]\ncredential_process = x",
	    "[profile mairu]\n" LINE "\n", NULL);
}

static void line_ends_and_indentation_are_those_of_the_file(void **state)
{
	(void)state;
	becomes("[a]\r\nb = c\r\n",
	    "[a]\r\nb = c\r\n\r\n[profile mairu]\r\n" LINE "\r\n", NULL);
	becomes("[profile mairu]\n\t# c\n\tregion = x\n",
	    "[profile mairu]\n\t" LINE "\n\t# c\n\tregion = x\n", NULL);
	becomes("[profile mairu]\n  credential_process=x\n",
	    "[profile mairu]\n  " LINE "\n", NULL);
}

static void only_the_process_of_the_profile_is_replaced(void **state)
{
	(void)state;
	becomes("[profile a]\ncredential_process = a\n# c\n"
		"[profile mairu] # mine\nregion = x\n"
		"credential_process = old\noutput = json\n"
		"[profile b]\ncredential_process = b\n",
	    "[profile a]\ncredential_process = a\n# c\n"
	    "[profile mairu] # mine\nregion = x\n" LINE "\noutput = json\n"
	    "[profile b]\ncredential_process = b\n",
	    "@@ -6,1 +6,1 @@ [profile mairu]\n"
	    "-credential_process = old\n"
	    "+" LINE "\n");
}

static void a_process_is_put_below_the_header(void **state)
{
	(void)state;
	becomes("[profile mairu]\nregion = x\n[profile b]\n",
	    "[profile mairu]\n" LINE "\nregion = x\n[profile b]\n",
	    "@@ -1,0 +2,1 @@ [profile mairu]\n"
	    "+" LINE "\n");
}

static void what_was_there_does_not_go_on_with_the_new_value(void **state)
{
	(void)state;
	becomes("[profile mairu]\n\n  stray\n",
	    "[profile mairu]\n  " LINE "\n\n  stray\n", NULL);
}

static void what_goes_on_with_the_old_value_goes_with_it(void **state)
{
	(void)state;
	becomes("[profile mairu]\ncredential_process =\n  old\n  more\n"
		"# c\nregion = x\n",
	    "[profile mairu]\n" LINE "\n# c\nregion = x\n",
	    "@@ -2,3 +2,1 @@ [profile mairu]\n"
	    "-credential_process =\n"
	    "-  old\n"
	    "-  more\n"
	    "+" LINE "\n");
}

static void every_process_of_a_profile_given_twice_is_replaced(void **state)
{
	(void)state;
	becomes("[profile mairu]\ncredential_process = a\n  b\n"
		"[profile mairu]\nCREDENTIAL_PROCESS: c\n",
	    "[profile mairu]\n" LINE "\n[profile mairu]\n" LINE "\n",
	    "@@ -2,2 +2,1 @@ [profile mairu]\n"
	    "-credential_process = a\n-  b\n+" LINE "\n"
	    "@@ -5,1 +4,1 @@ [profile mairu]\n"
	    "-CREDENTIAL_PROCESS: c\n+" LINE "\n");
}

static void what_is_there_already_stays(void **state)
{
	static const char text[] =
	    "[default]\n\n[profile \"mairu\"]\n" LINE "  \nregion = x";
	struct buf out, diff;

	(void)state;
	assert_int_equal(set(text, &out, &diff), 0);
	assert_string_equal(buf_str(&out), text);
	assert_int_equal(diff.len, 0);
	buf_release(&diff);
	buf_release(&out);
}

static void the_difference_is_safe_for_a_terminal(void **state)
{
	struct buf out, diff;

	(void)state;
	assert_int_equal(
	    set("[profile mairu]\ncredential_process = \x1b[2J\n", &out, &diff),
	    1);
	assert_null(memchr(diff.data, 0x1b, diff.len));
	buf_release(&diff);
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_empty_file_gets_the_profile_alone),
	    cmocka_unit_test(the_profile_comes_last_after_a_blank_line),
	    cmocka_unit_test(a_last_line_without_an_end_gets_one),
	    cmocka_unit_test(line_ends_and_indentation_are_those_of_the_file),
	    cmocka_unit_test(only_the_process_of_the_profile_is_replaced),
	    cmocka_unit_test(a_process_is_put_below_the_header),
	    cmocka_unit_test(what_was_there_does_not_go_on_with_the_new_value),
	    cmocka_unit_test(what_goes_on_with_the_old_value_goes_with_it),
	    cmocka_unit_test(
		every_process_of_a_profile_given_twice_is_replaced),
	    cmocka_unit_test(what_is_there_already_stays),
	    cmocka_unit_test(the_difference_is_safe_for_a_terminal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
