#include "front/terminal/fold.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* The text behind a label of nine columns. */
static void is(const char *text, size_t columns, const char *want)
{
	struct buf b = BUF_INIT(1024);

	fold_put(&b, text, strlen(text), 9, columns);
	assert_string_equal(buf_str(&b), want);
	buf_release(&b);
}

#define INDENT "\n         "

static void lines_break_at_blanks(void **state)
{
	(void)state;
	is("not running; the first need of it starts it", 40,
	    "not running; the first need of" INDENT "it starts it");
	is("exactly as wide as this is now.", 40,
	    "exactly as wide as this is now.");
	is("exactly as wide as this is now. x", 40,
	    "exactly as wide as this is now." INDENT "x");
	is("", 40, "");
}

static void a_word_that_is_too_wide_stays_whole(void **state)
{
	(void)state;
	is("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa b", 40,
	    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" INDENT "b");
}

static void a_command_is_never_broken(void **state)
{
	(void)state;
	is("login required. Run: mairu login contoso", 40,
	    "login required." INDENT "Run: mairu login contoso");
	is("gone. Run: unset AWS_CONTAINER_CREDENTIALS_FULL_URI AWS_PROFILE",
	    40,
	    "gone." INDENT
	    "Run: unset AWS_CONTAINER_CREDENTIALS_FULL_URI AWS_PROFILE");
	is("to take that back, run: mairu allow ~/proj", 40,
	    "to take that back," INDENT "run: mairu allow ~/proj");
	/* The last one is ours; before it may be what a server says. */
	is("Run: x of a server. Run: mairu login", 40,
	    "Run: x of a server." INDENT "Run: mairu login");
}

static void wide_characters_count_twice(void **state)
{
	(void)state;
	is("\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e\xe6\x97\xa5\xe6\x9c\xac "
	   "1234567890",
	    29,
	    "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e\xe6\x97\xa5\xe6\x9c"
	    "\xac" INDENT "1234567890");
}

static void nothing_breaks_without_a_screen_or_on_a_narrow_one(void **state)
{
	static const char text[] = "one two three four five six seven eight";

	(void)state;
	is(text, 0, text);
	is(text, 28, text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(lines_break_at_blanks),
	    cmocka_unit_test(a_word_that_is_too_wide_stays_whole),
	    cmocka_unit_test(a_command_is_never_broken),
	    cmocka_unit_test(wide_characters_count_twice),
	    cmocka_unit_test(
		nothing_breaks_without_a_screen_or_on_a_narrow_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
