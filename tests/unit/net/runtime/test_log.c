/* The broker's log: net/runtime/log.h. */

#include "home.h"

#include <signal.h>
#include <sys/resource.h>

#include "net/runtime/log.h"

#define LOG ".local/state/mairu/log/mairu-broker.log"

static char text[300 * 1024];

static const char *read_log(const char *name)
{
	FILE *f = fopen(at_home(name), "re");
	size_t n;

	assert_non_null(f);
	n = fread(text, 1, sizeof(text) - 1, f);
	text[n] = '\0';
	(void)fclose(f);
	return text;
}

static void a_line_has_time_pid_level_and_text(void **state)
{
	struct log *l = log_new(LOG_INFO, 0);
	int y, mo, d, h, mi, s, n = 0;
	long pid;

	(void)state;
	log_info(l, "hello %d", 5);
	assert_int_equal(sscanf(read_log(LOG),
			     "%4d-%2d-%2dT%2d:%2d:%2dZ %ld info: hello 5\n%n",
			     &y, &mo, &d, &h, &mi, &s, &pid, &n),
	    7);
	assert_int_equal(pid, getpid());
	assert_int_equal((size_t)n, strlen(text));
	assert_string_equal(log_path(l), at_home(LOG));
	assert_null(log_problem(l));
	log_free(l);
	assert_int_equal(mode_of(LOG), 0600);
	assert_int_equal(mode_of(".local/state/mairu/log"), 0700);
}

static void what_is_beyond_the_level_is_left_out(void **state)
{
	struct log *l = log_new(LOG_WARN, 0);

	(void)state;
	log_warn(l, "two");
	log_info(l, "three");
	log_debug(l, "four");
	read_log(LOG);
	assert_non_null(strstr(text, " warn: two\n"));
	assert_null(strstr(text, "three"));
	assert_null(strstr(text, "four"));
	log_free(l);
}

static void levels_have_names(void **state)
{
	(void)state;
	assert_int_equal(log_level_of("debug", LOG_INFO), LOG_DEBUG);
	assert_int_equal(log_level_of("ERROR", LOG_INFO), LOG_ERROR);
	assert_int_equal(log_level_of("loud", LOG_INFO), LOG_INFO);
	assert_int_equal(log_level_of(NULL, LOG_WARN), LOG_WARN);
}

static void an_event_is_one_harmless_line(void **state)
{
	struct log *l = log_new(LOG_INFO, 0);

	(void)state;
	log_info(l, "a\nb\033[31m\xff");
	read_log(LOG);
	assert_non_null(strstr(text, "a\\x0ab\\x1b[31m\\xff\n"));
	log_free(l);
}

static void a_long_event_is_cut(void **state)
{
	struct log *l = log_new(LOG_INFO, 0);
	char much[5000];

	(void)state;
	memset(much, 'x', sizeof(much) - 1);
	much[sizeof(much) - 1] = '\0';
	log_info(l, "%s", much);
	assert_true(strlen(read_log(LOG)) < 1200);
	assert_int_equal(text[strlen(text) - 1], '\n');
	log_free(l);
}

static void a_large_log_is_rotated_and_two_old_ones_stay(void **state)
{
	struct log *l = log_new(LOG_INFO, 0);
	char much[1000];
	int i;

	(void)state;
	memset(much, 'x', sizeof(much) - 1);
	much[sizeof(much) - 1] = '\0';
	for (i = 0; i < 1200; i++)
		log_info(l, "%d %s", i, much);
	log_info(l, "last");
	assert_null(log_problem(l));
	assert_int_equal(entries(".local/state/mairu/log"), 3);
	assert_true(strlen(read_log(LOG ".2")) <= 256 * 1024);
	assert_true(strlen(read_log(LOG ".1")) <= 256 * 1024);
	assert_non_null(strstr(read_log(LOG), " last\n"));
	log_free(l);
}

static void a_log_that_was_removed_is_made_again(void **state)
{
	struct log *l = log_new(LOG_INFO, 0);

	(void)state;
	log_info(l, "one");
	assert_int_equal(unlink(at_home(LOG)), 0);
	log_info(l, "two");
	assert_null(strstr(read_log(LOG), "one"));
	assert_non_null(strstr(text, "two"));
	log_free(l);
}

static void a_link_is_not_followed(void **state)
{
	struct log *l;

	(void)state;
	home_mkdir(".local/state/mairu/log");
	put("victim", "mine\n", 0600);
	assert_int_equal(symlink(at_home("victim"), at_home(LOG)), 0);
	l = log_new(LOG_INFO, 0);
	log_info(l, "one");
	assert_non_null(log_problem(l));
	assert_string_equal(read_log("victim"), "mine\n");
	log_free(l);
}

static void what_is_no_file_is_not_written(void **state)
{
	struct log *l;

	(void)state;
	home_mkdir(".local/state/mairu/log");
	assert_int_equal(mkfifo(at_home(LOG), 0600), 0);
	l = log_new(LOG_INFO, 0);
	log_info(l, "one");
	assert_non_null(log_problem(l));
	log_free(l);
}

/* In a child: a limit can't be taken back. */
static int write_to_a_full_disk(void)
{
	const struct rlimit none = {0, 0};
	struct log *l = log_new(LOG_INFO, 0);

	(void)signal(SIGXFSZ, SIG_IGN);
	log_info(l, "one");
	if (log_problem(l) || setrlimit(RLIMIT_FSIZE, &none) < 0)
		return 1;
	log_info(l, "two");
	if (!log_problem(l))
		return 2;
	log_free(l);
	return 0;
}

static void a_full_disk_is_a_problem_and_no_more(void **state)
{
	(void)state;
	assert_int_equal(in_child(write_to_a_full_disk, 0), 0);
	assert_non_null(strstr(read_log(LOG), "one"));
}

static void without_a_home_there_is_none(void **state)
{
	struct log *l;

	(void)state;
	assert_int_equal(unsetenv("HOME"), 0);
	l = log_new(LOG_INFO, 0);
	log_info(l, "two");
	assert_non_null(log_problem(l));
	assert_string_equal(log_path(l), "");
	log_free(l);
}

static void no_log_takes_everything(void **state)
{
	(void)state;
	log_info(NULL, "one");
	assert_string_equal(log_path(NULL), "");
	assert_null(log_problem(NULL));
	log_free(NULL);
}

int main(void)
{
#define L(f) cmocka_unit_test_setup_teardown(f, home_setup, tear_down)
	const struct CMUnitTest tests[] = {
	    L(a_line_has_time_pid_level_and_text),
	    L(what_is_beyond_the_level_is_left_out),
	    L(levels_have_names),
	    L(an_event_is_one_harmless_line),
	    L(a_long_event_is_cut),
	    L(a_large_log_is_rotated_and_two_old_ones_stay),
	    L(a_log_that_was_removed_is_made_again),
	    L(a_link_is_not_followed),
	    L(what_is_no_file_is_not_written),
	    L(a_full_disk_is_a_problem_and_no_more),
	    L(without_a_home_there_is_none),
	    L(no_log_takes_everything),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
