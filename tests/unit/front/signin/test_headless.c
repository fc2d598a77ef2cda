/* Whether there is a browser here: front/signin/headless.h. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "front/signin/headless.h"

/* A desktop of Linux with its browser. */
static const struct headless_facts desk = {.display = 1, .opener = 1};

static enum headless with(struct headless_facts f)
{
	return headless_choose(&f);
}

static void a_desktop_has_a_browser(void **state)
{
	struct headless_facts windows = {.desktop = 1, .opener = 1};

	(void)state;
	assert_int_equal(with(desk), HEADLESS_NOT);
	assert_int_equal(with(windows), HEADLESS_NOT);
}

static void each_thing_that_is_in_the_way_is_told(void **state)
{
	struct headless_facts f = desk;

	(void)state;
	f.opener = 0;
	assert_int_equal(with(f), HEADLESS_NO_OPENER);
	f.display = 0;
	assert_int_equal(with(f), HEADLESS_NO_DISPLAY);
	f.container = 1;
	assert_int_equal(with(f), HEADLESS_CONTAINER);
	f.ssh = 1;
	assert_int_equal(with(f), HEADLESS_SSH);
}

static void a_display_is_of_no_use_to_who_sits_elsewhere(void **state)
{
	struct headless_facts f = desk;

	(void)state;
	f.ssh = 1;
	assert_int_equal(with(f), HEADLESS_SSH);
	f = desk;
	f.container = 1;
	assert_int_equal(with(f), HEADLESS_CONTAINER);
}

static void a_browser_that_was_named_counts_everywhere(void **state)
{
	struct headless_facts f = {.browser = 1, .ssh = 1, .container = 1};

	(void)state;
	assert_int_equal(with(f), HEADLESS_NOT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_desktop_has_a_browser),
	    cmocka_unit_test(each_thing_that_is_in_the_way_is_told),
	    cmocka_unit_test(a_display_is_of_no_use_to_who_sits_elsewhere),
	    cmocka_unit_test(a_browser_that_was_named_counts_everywhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
