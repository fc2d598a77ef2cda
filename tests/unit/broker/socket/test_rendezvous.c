/* Where fronts and the one broker meet: broker/socket/rendezvous.h. */

#include "home.h"

#include <sys/file.h>

#include "broker/socket/rendezvous.h"
#include "pump.h"

static struct loop *loop;
static char path[SOCK_PATH_MAX];
static int lost;

static int setup(void **state)
{
	if (home_setup(state) != 0)
		return -1;
	lost = 0;
	(void)umask(077);
	(void)snprintf(path, sizeof(path), "%s", at_home("run/s"));
	return loop_new(&loop, NULL, NULL);
}

static int teardown(void **state)
{
	loop_free(loop);
	return tear_down(state);
}

static struct rendezvous *take(void)
{
	struct rendezvous *r = NULL;
	struct err e;

	assert_int_equal(rendezvous_take(&r, path, 0, &e), 1);
	assert_non_null(r);
	return r;
}

static void is_lost(void *arg)
{
	(void)arg;
	lost = 1;
}

static struct rendezvous *serve(void)
{
	struct rendezvous *r = take();
	struct err e;
	int fd;

	assert_int_equal(rendezvous_open(r, &fd, &e), 0);
	assert_int_equal(chdir(scratch), 0); /* it went to the root */
	assert_int_equal(rendezvous_watch(r, loop, is_lost, NULL, &e), 0);
	return r;
}

static int answers(void)
{
	pid_t pid;
	int fd, rc = sock_connect(path, &fd, &pid, NULL);

	if (rc == 0)
		(void)close(fd);
	return rc == 0;
}

static void the_socket_appears_and_goes(void **state)
{
	struct rendezvous *r = serve();

	(void)state;
	assert_true(answers());
	assert_int_equal(mode_of("run"), 0700);
	assert_int_equal(mode_of("run/s"), 0700);
	assert_int_equal(mode_of("run/s.lock"), 0600);
	assert_int_equal(entries("run"), 2);
	rendezvous_close(r);
	assert_int_equal(access(path, F_OK), -1);
	rendezvous_free(r);
	assert_int_equal(entries("run"), 1);
}

static void a_second_one_finds_the_first(void **state)
{
	struct rendezvous *r = serve(), *second = r;
	struct err e;

	(void)state;
	assert_int_equal(rendezvous_take(&second, path, 0, &e), 0);
	assert_null(second);
	assert_true(answers());
	rendezvous_free(r);
}

static void a_lock_without_a_socket_is_waited_for_and_named(void **state)
{
	struct rendezvous *r = take(), *second;
	int64_t begun = plat_ms();
	struct err e;

	(void)state;
	assert_int_equal(rendezvous_take(&second, path, 60, &e), ERR_TIMEOUT);
	assert_true(plat_ms() - begun >= 60);
	assert_non_null(strstr(e.msg, "run/s.lock"));
	rendezvous_free(r);
	rendezvous_free(take());
}

static void a_stale_socket_is_replaced(void **state)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	struct rendezvous *r;
	int fd;

	(void)state;
	assert_int_equal(mkdir("run", 0700), 0);
	(void)snprintf(a.sun_path, sizeof(a.sun_path), "%s", path);
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	(void)close(fd);
	assert_false(answers());
	r = serve();
	assert_true(answers());
	rendezvous_free(r);
}

static void a_socket_that_vanishes_is_noticed(void **state)
{
	struct rendezvous *r = serve();

	(void)state;
	assert_int_equal(loop_once(loop, 0, NULL), 0);
	assert_int_equal(lost, 0);
	assert_int_equal(unlink(path), 0);
	pump_until(loop, &lost);
	rendezvous_free(r);
}

static void a_socket_that_is_replaced_is_noticed_and_left_alone(void **state)
{
	struct rendezvous *r = serve();

	(void)state;
	put("run/other", "", 0600);
	assert_int_equal(rename("run/other", "run/s"), 0);
	pump_until(loop, &lost);
	rendezvous_free(r);
	assert_int_equal(access("run/s", F_OK), 0);
}

static void a_directory_that_is_moved_is_noticed(void **state)
{
	struct rendezvous *r = serve();

	(void)state;
	assert_int_equal(rename("run", "away"), 0);
	pump_until(loop, &lost);
	rendezvous_free(r);
}

static void other_files_there_are_of_no_interest(void **state)
{
	struct rendezvous *r = serve();
	int i;

	(void)state;
	put("run/other", "", 0600);
	assert_int_equal(unlink("run/other"), 0);
	for (i = 0; i < 3; i++)
		assert_int_equal(loop_once(loop, 0, NULL), 0);
	assert_int_equal(lost, 0);
	assert_true(answers());
	rendezvous_free(r);
}

static void a_socket_that_went_before_it_was_watched_is_noticed(void **state)
{
	struct rendezvous *r = take();
	struct err e;
	int fd;

	(void)state;
	assert_int_equal(rendezvous_open(r, &fd, &e), 0);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rendezvous_watch(r, loop, is_lost, NULL, &e), 0);
	pump_until(loop, &lost);
	rendezvous_free(r);
}

static void refused(int code)
{
	struct rendezvous *r;
	struct err e;

	assert_int_equal(rendezvous_take(&r, path, 0, &e), code);
	assert_null(r);
}

static void a_place_open_to_others_is_refused(void **state)
{
	(void)state;
	assert_int_equal(mkdir("run", 0700), 0);
	assert_int_equal(chmod("run", 0755), 0);
	refused(ERR_REFUSED);
}

static void a_lock_that_is_a_link_is_refused(void **state)
{
	(void)state;
	assert_int_equal(mkdir("run", 0700), 0);
	put("victim", "", 0600);
	assert_int_equal(symlink("../victim", "run/s.lock"), 0);
	refused(ERR_SYS);
}

static void a_lock_that_is_no_file_is_refused(void **state)
{
	(void)state;
	assert_int_equal(mkdir("run", 0700), 0);
	assert_int_equal(mkfifo("run/s.lock", 0600), 0);
	refused(ERR_REFUSED);
}

static void only_an_absolute_path_that_fits_will_do(void **state)
{
	char text[512];
	struct rendezvous *r;
	struct err e;

	(void)state;
	memset(text, 'a', sizeof(text));
	text[0] = '/';
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(rendezvous_take(&r, text, 0, &e), ERR_USAGE);
	assert_int_equal(rendezvous_take(&r, "s", 0, &e), ERR_USAGE);
	assert_int_equal(rendezvous_take(&r, "", 0, &e), ERR_USAGE);
	assert_int_equal(rendezvous_take(&r, "/tmp/", 0, &e), ERR_USAGE);
}

static void the_longest_path_will_do(void **state)
{
	size_t n = strlen(path);
	struct rendezvous *r;

	(void)state;
	memset(path + n, 'x', sizeof(path) - 1 - n);
	path[sizeof(path) - 1] = '\0';
	r = serve();
	assert_true(answers());
	rendezvous_free(r);
}

int main(void)
{
#define R(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
	    R(the_socket_appears_and_goes),
	    R(a_second_one_finds_the_first),
	    R(a_lock_without_a_socket_is_waited_for_and_named),
	    R(a_stale_socket_is_replaced),
	    R(a_socket_that_vanishes_is_noticed),
	    R(a_socket_that_is_replaced_is_noticed_and_left_alone),
	    R(a_directory_that_is_moved_is_noticed),
	    R(other_files_there_are_of_no_interest),
	    R(a_socket_that_went_before_it_was_watched_is_noticed),
	    R(a_place_open_to_others_is_refused),
	    R(a_lock_that_is_a_link_is_refused),
	    R(a_lock_that_is_no_file_is_refused),
	    R(only_an_absolute_path_that_fits_will_do),
	    R(the_longest_path_will_do),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
