#include "base/sys/path.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Sets or (NULL) unsets what the paths depend on. */
static void env(const char *home, const char *config, const char *state_home)
{
	const char *const set[][2] = {
	    {"HOME", home},
	    {"XDG_CONFIG_HOME", config},
	    {"XDG_STATE_HOME", state_home},
	};

	for (size_t i = 0; i < 3; i++)
		if (set[i][1])
			assert_int_equal(setenv(set[i][0], set[i][1], 1), 0);
		else
			assert_int_equal(unsetenv(set[i][0]), 0);
}

static void check(enum path_dir dir, const char *tail, const char *expected)
{
	char out[PATH_MAX];
	struct err e;

	assert_int_equal(path_in(dir, tail, out, &e), 0);
	assert_string_equal(out, expected);
}

static void without_xdg_variables_the_directories_are_below_home(void **state)
{
	(void)state;
	env("/home/u", NULL, NULL);
	check(PATH_CONFIG, NULL, "/home/u/.config/mairu");
	check(PATH_STATE, NULL, "/home/u/.local/state/mairu");
	check(PATH_CONFIG, "servers.d", "/home/u/.config/mairu/servers.d");
	check(PATH_STATE, "trust/x.json",
	    "/home/u/.local/state/mairu/trust/x.json");
}

static void the_xdg_variables_win_over_home(void **state)
{
	(void)state;
	env("/home/u", "/c", "/s");
	check(PATH_CONFIG, "broker.json", "/c/mairu/broker.json");
	check(PATH_STATE, "run", "/s/mairu/run");
	env(NULL, "/c", "/s");
	check(PATH_CONFIG, NULL, "/c/mairu");
	check(PATH_STATE, NULL, "/s/mairu");
}

static void an_empty_or_relative_variable_counts_as_unset(void **state)
{
	(void)state;
	env("/home/u", "", "relative/dir");
	check(PATH_CONFIG, NULL, "/home/u/.config/mairu");
	check(PATH_STATE, NULL, "/home/u/.local/state/mairu");
	env("/home/u", "./c", "~/s");
	check(PATH_CONFIG, NULL, "/home/u/.config/mairu");
	check(PATH_STATE, NULL, "/home/u/.local/state/mairu");
}

static void slashes_at_the_end_of_a_variable_are_not_doubled(void **state)
{
	(void)state;
	env("/home/u//", "/c/", NULL);
	check(PATH_CONFIG, NULL, "/c/mairu");
	check(PATH_STATE, NULL, "/home/u/.local/state/mairu");
	env("/", NULL, "/");
	check(PATH_CONFIG, "x", "/.config/mairu/x");
	check(PATH_STATE, "x", "/mairu/x");
}

static void without_a_usable_variable_nothing_is_found(void **state)
{
	static const char *const homes[] = {NULL, "", "home/u", "."};
	char out[PATH_MAX];
	struct err e;

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		env(homes[i], NULL, "");
		assert_int_equal(
		    path_in(PATH_CONFIG, NULL, out, &e), ERR_NOT_FOUND);
		assert_non_null(strstr(e.msg, "HOME"));
		assert_non_null(strstr(e.msg, "XDG_CONFIG_HOME"));
		assert_int_equal(
		    path_in(PATH_STATE, "x", out, NULL), ERR_NOT_FOUND);
	}
}

static void a_path_may_be_as_long_as_the_system_allows(void **state)
{
	char home[PATH_MAX], out[PATH_MAX];
	const size_t rest = strlen("/.config/mairu/tail");
	struct err e;

	(void)state;
	memset(home, 'h', sizeof(home));
	home[0] = '/';
	home[PATH_MAX - 1 - rest] = '\0';
	env(home, NULL, NULL);
	assert_int_equal(path_in(PATH_CONFIG, "tail", out, &e), 0);
	assert_int_equal(strlen(out), PATH_MAX - 1);

	home[PATH_MAX - 1 - rest] = 'h';
	home[PATH_MAX - rest] = '\0';
	env(home, NULL, NULL);
	assert_int_equal(path_in(PATH_CONFIG, "tail", out, &e), ERR_LIMIT);
	assert_int_equal(path_in(PATH_CONFIG, "tai", out, &e), 0);
}

static void a_variable_longer_than_any_path_is_refused(void **state)
{
	char *home = test_malloc(3 * PATH_MAX), out[PATH_MAX];
	struct err e;

	(void)state;
	memset(home, 'h', 3 * PATH_MAX);
	home[0] = '/';
	home[3 * PATH_MAX - 1] = '\0';
	env(home, NULL, NULL);
	assert_int_equal(path_in(PATH_STATE, NULL, out, &e), ERR_LIMIT);
	assert_int_equal(path_in(PATH_STATE, NULL, out, NULL), ERR_LIMIT);
	test_free(home);
}

static void home_is_what_is_set_when_it_is_absolute(void **state)
{
	(void)state;
	env("/home/u", NULL, NULL);
	assert_string_equal(path_home(), "/home/u");
	env("", NULL, NULL);
	assert_null(path_home());
	env("u", NULL, NULL);
	assert_null(path_home());
	env(NULL, NULL, NULL);
	assert_null(path_home());
}

static void paths_share_whole_directories(void **state)
{
	(void)state;
	assert_int_equal(path_shared("/usr/bin", "/usr/lib"), 4);
	assert_int_equal(path_shared("/bin", "/lib"), 0);
	assert_int_equal(path_shared("/opt/mairu", "/opt/mairu/bin"), 10);
	assert_int_equal(path_shared("/opt/mairu/bin", "/opt/mairu"), 4);
	assert_int_equal(path_shared("/opt/mai", "/opt/mairu"), 4);
	assert_int_equal(path_shared("/a", "/a"), 0);
}

static void a_list_is_walked_to_its_end(void **state)
{
	static const char *const expected[] = {"/a/x", "./x", "b/x", "./x"};
	char out[PATH_MAX], deep[PATH_MAX + 8];
	const char *list = "/a::b:", *none = NULL;

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		assert_true(path_next(&list, "xy", 1, out));
		assert_string_equal(out, expected[i]);
	}
	assert_false(path_next(&list, "xy", 1, out));
	assert_false(path_next(&none, "xy", 1, out));
	memset(deep, 'd', PATH_MAX);
	memcpy(deep + PATH_MAX, ":/c", 4);
	list = deep;
	assert_true(path_next(&list, "x", 1, out));
	assert_string_equal(out, "/c/x");
}

static void a_program_is_the_first_that_may_be_run(void **state)
{
	char out[PATH_MAX];

	(void)state;
	assert_int_equal(setenv("PATH", "/nowhere:/bin:/usr/bin", 1), 0);
	assert_true(path_program("sh -c", 2, out));
	assert_string_equal(out, "/bin/sh");
	assert_false(path_program("sh -c", 5, out));
	assert_int_equal(unsetenv("PATH"), 0);
	assert_false(path_program("sh", 2, out));
}

static void one_file_may_have_two_paths(void **state)
{
	(void)state;
	assert_true(path_same("/", "/.."));
	assert_false(path_same("/", "/dev/null"));
	assert_false(path_same("/nowhere", "/nowhere"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(one_file_may_have_two_paths),
	    cmocka_unit_test(
		without_xdg_variables_the_directories_are_below_home),
	    cmocka_unit_test(the_xdg_variables_win_over_home),
	    cmocka_unit_test(an_empty_or_relative_variable_counts_as_unset),
	    cmocka_unit_test(slashes_at_the_end_of_a_variable_are_not_doubled),
	    cmocka_unit_test(without_a_usable_variable_nothing_is_found),
	    cmocka_unit_test(a_path_may_be_as_long_as_the_system_allows),
	    cmocka_unit_test(a_variable_longer_than_any_path_is_refused),
	    cmocka_unit_test(home_is_what_is_set_when_it_is_absolute),
	    cmocka_unit_test(a_list_is_walked_to_its_end),
	    cmocka_unit_test(a_program_is_the_first_that_may_be_run),
	    cmocka_unit_test(paths_share_whole_directories),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
