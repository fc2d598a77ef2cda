#include "front/terminal/table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char *const heads[] = {"SERVER", "URL", "ENDS", NULL};

static void is(const struct table *t, struct screen s, const char *want)
{
	struct buf b = BUF_INIT(4096);

	table_put(&b, t, &s);
	assert_string_equal(buf_str(&b), want);
	buf_release(&b);
}

static void fill(struct table *t, const char *url)
{
	table_init(t, heads);
	table_add(t, "a");
	table_add(t, url);
	table_add(t, "never");
	table_add(t, "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e x");
	table_add(t, "https://b/");
	table_add_styled(t, STYLE_WARN, "now");
}

static void columns_are_as_wide_as_what_is_in_them(void **state)
{
	struct table t;

	(void)state;
	fill(&t, "https://a.example/");
	is(&t, (struct screen){0},
	    "SERVER    URL                 ENDS\n"
	    "a         https://a.example/  never\n"
	    "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e x  https://b/          "
	    "now\n");
	/* 35 columns are what it takes. */
	is(&t, (struct screen){.columns = 35},
	    "SERVER    URL                 ENDS\n"
	    "a         https://a.example/  never\n"
	    "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e x  https://b/          "
	    "now\n");
	table_release(&t);
}

static void a_narrow_screen_has_a_paragraph_for_each(void **state)
{
	struct table t;

	(void)state;
	fill(&t, "https://a.example/");
	is(&t, (struct screen){.columns = 34},
	    "a\n"
	    "  URL   https://a.example/\n"
	    "  ENDS  never\n"
	    "\n"
	    "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e x\n"
	    "  URL   https://b/\n"
	    "  ENDS  now\n");
	table_release(&t);
}

static void a_cell_that_is_too_wide_moves_its_own_line_alone(void **state)
{
	static const char url[] =
	    "https://a.example/"
	    "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";
	struct table t;

	(void)state;
	fill(&t, url);
	is(&t, (struct screen){0},
	    "SERVER    URL         ENDS\n"
	    "a         https://a.example/"
	    "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb  never\n"
	    "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e x  https://b/  now\n");
	table_release(&t);
}

static void cells_are_sanitised_and_styles_take_no_column(void **state)
{
	struct table t;

	(void)state;
	table_init(&t, heads);
	table_add(&t, "a\033[31m");
	table_add_styled(&t, STYLE_BAD, "b");
	table_add(&t, "");
	is(&t, (struct screen){.colour = 1},
	    "\033[1mSERVER\033[0m     \033[1mURL\033[0m  \033[1mENDS\033[0m\n"
	    "a\\x1b[31m  \033[31mb\033[0m    \n");
	table_release(&t);
}

static void a_table_without_rows_is_nothing(void **state)
{
	struct table t;

	(void)state;
	table_init(&t, heads);
	is(&t, (struct screen){0}, "");
	table_release(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(columns_are_as_wide_as_what_is_in_them),
	    cmocka_unit_test(a_narrow_screen_has_a_paragraph_for_each),
	    cmocka_unit_test(a_cell_that_is_too_wide_moves_its_own_line_alone),
	    cmocka_unit_test(cells_are_sanitised_and_styles_take_no_column),
	    cmocka_unit_test(a_table_without_rows_is_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
