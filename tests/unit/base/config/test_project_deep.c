#include "base/config/project.h"

#include "home.h"

#include <time.h>

#define CONFIG "{\"server\":\"contoso\",\"role\":\"123456789012/Dev\"}\n"

static struct project p;
static struct err e;

static int setup(void **state)
{
	project_init(&p);
	memset(&e, 0, sizeof(e));
	return home_setup(state);
}

static int teardown(void **state)
{
	project_release(&p);
	return tear_down(state);
}

static void go(const char *tail)
{
	assert_int_equal(chdir(at_home(tail)), 0);
}

static void assert_none(void)
{
	assert_int_equal(project_find(&p, &e), ERR_NOT_FOUND);
	assert_int_equal(e.code, ERR_NOT_FOUND);
	assert_string_equal(p.path, "");
	assert_int_equal(p.bytes.len, 0);
}

static void assert_found(const char *tail)
{
	assert_int_equal(project_find(&p, &e), 0);
	assert_string_equal(p.path, at_home(tail));
}

/* Makes a directory `depth` levels below HOME and goes there. */
static void descend(int depth, const char *name)
{
	go(".");
	for (int i = 0; i < depth; i++) {
		assert_int_equal(mkdir(name, 0755), 0);
		assert_int_equal(chdir(name), 0);
	}
}

/* Removes them on the way up; nftw() could not. */
static void ascend(int depth, const char *name)
{
	for (int i = 0; i < depth; i++) {
		assert_int_equal(chdir(".."), 0);
		(void)unlinkat(AT_FDCWD, "x/.mairu.json", 0);
		assert_int_equal(rmdir(name), 0);
	}
}

/* The least that it took: other programs run here too. */
static double find_ms(int expected)
{
	double least = 1e9;

	for (int i = 0; i < 5; i++) {
		struct timespec a, b;
		double ms;

		assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &a), 0);
		assert_int_equal(project_find(&p, &e), expected);
		assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &b), 0);
		ms = (double)(b.tv_sec - a.tv_sec) * 1e3 +
		     (double)(b.tv_nsec - a.tv_nsec) / 1e6;
		if (ms < least)
			least = ms;
	}
	return least;
}

static void a_path_too_long_for_the_kernel_costs_the_prompt_little(void **state)
{
	double without, with;

	(void)state;
	descend(4000, "x");
	without = find_ms(ERR_NOT_FOUND);
	home_puts(".mairu.json", CONFIG);
	with = find_ms(0);
	assert_string_equal(p.path, at_home(".mairu.json"));
	assert_int_equal(project_find_at(&p, ".", &e), 0);
	assert_string_equal(p.path, at_home(".mairu.json"));
	ascend(4000, "x");
	assert_true(without < 50 || getenv("MAIRU_VALGRIND"));
	assert_true(with < 50 || getenv("MAIRU_VALGRIND"));
}

static void as_many_levels_as_a_path_holds_cost_little_too(void **state)
{
	double ms;

	(void)state;
	descend(2000, "x");
	home_puts(".mairu.json", CONFIG);
	ms = find_ms(0);
	assert_string_equal(p.path, at_home(".mairu.json"));
	ascend(2000, "x");
	assert_true(ms < 50 || getenv("MAIRU_VALGRIND"));
}

/* One level more or less than a step is no other case. */
static void every_depth_around_a_step_is_found(void **state)
{
	(void)state;
	go(".");
	home_puts(".mairu.json", CONFIG);
	for (int depth = 1; depth < 120; depth++) {
		assert_int_equal(mkdir("x", 0755), 0);
		assert_int_equal(chdir("x"), 0);
		assert_found(".mairu.json");
	}
	assert_int_equal(unlink(at_home(".mairu.json")), 0);
	assert_none();
	ascend(119, "x");
}

static void a_config_whose_own_path_is_too_long_is_an_error(void **state)
{
	int fd;

	(void)state;
	descend(3000, "x");
	fd = open(".mairu.json", O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	assert_true(fd >= 0);
	(void)close(fd);
	home_puts(".mairu.json", CONFIG);
	assert_int_equal(project_find(&p, &e), ERR_LIMIT);
	assert_string_equal(p.path, "");
	assert_non_null(strstr(e.msg, "shorter"));
	assert_int_equal(project_find_at(&p, ".mairu.json", &e), ERR_LIMIT);
	assert_int_equal(unlink(".mairu.json"), 0);
	ascend(3000, "x");
}

/* HOME and the levels fill the path up to its last bytes. */
static void the_longest_path_that_fits_is_found_and_one_more_is_not(
    void **state)
{
	const int room = PATH_MAX - 1 - (int)strlen("/.mairu.json");
	char name[NAME_MAX + 1];
	int left, fd;

	(void)state;
	memset(name, 'n', sizeof(name));
	go(".");
	for (left = room - (int)strlen(scratch); left > 240; left -= 201) {
		name[200] = '\0';
		assert_int_equal(mkdir(name, 0755), 0);
		assert_int_equal(chdir(name), 0);
		name[200] = 'n';
	}
	name[left - 1] = '\0';
	assert_int_equal(mkdir(name, 0755), 0);
	name[left - 1] = 'n';
	name[left] = '\0';
	assert_int_equal(mkdir(name, 0755), 0);

	for (int more = 0; more < 2; more++) {
		name[left - 1] = more ? 'n' : '\0';
		assert_int_equal(chdir(name), 0);
		fd = open(".mairu.json", O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
		assert_true(fd >= 0);
		(void)close(fd);
		assert_int_equal(project_find(&p, &e), more ? ERR_LIMIT : 0);
		assert_int_equal(
		    strlen(p.path), more ? 0 : (size_t)PATH_MAX - 1);
		assert_int_equal(unlink(".mairu.json"), 0);
		assert_int_equal(chdir(".."), 0);
	}
}

#define AT_HOME(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    AT_HOME(a_path_too_long_for_the_kernel_costs_the_prompt_little),
	    AT_HOME(as_many_levels_as_a_path_holds_cost_little_too),
	    AT_HOME(every_depth_around_a_step_is_found),
	    AT_HOME(a_config_whose_own_path_is_too_long_is_an_error),
	    AT_HOME(the_longest_path_that_fits_is_found_and_one_more_is_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
