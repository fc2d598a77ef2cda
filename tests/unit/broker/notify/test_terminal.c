/* A line on a terminal, and whose terminal it is: broker/notify/terminal.h and
 * broker/notify/find_terminal.h. */

#include "home.h"

#include <errno.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "broker/notify/find_terminal.h"
#include "broker/notify/terminal.h"
#include "pty.h"
#include "pump.h"

static int setup(void **state)
{
	if (home_setup(state) != 0)
		return -1;
	pty_open();
	return 0;
}

static int teardown(void **state)
{
	pty_close();
	return tear_down(state);
}

static void only_names_of_terminals_count(void **state)
{
	static const char *const good[] = {
	    "/dev/pts/0", "/dev/pts/1234", "/dev/tty1", "/dev/ttyS0"};
	static const char *const bad[] = {"", "/dev/pts/", "/dev/pts/x",
	    "/dev/pts/1/", "/dev/pts/../null", "/dev/tty", "/dev/tty1/../null",
	    "/dev/null", "dev/pts/0", "/dev//pts/0", "/dev/ptsx",
	    "/dev/pts/00000000000000000000000000000000000000000000000"};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_true(terminal_is_name(good[i]));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(terminal_is_name(bad[i]));
}

static void a_terminal_shows_the_line_on_its_own(void **state)
{
	(void)state;
	assert_int_equal(terminal_say(pty_path, "mairu: hello"), TERMINAL_SAID);
	assert_string_equal(pty_shown(), "\r\r\nmairu: hello\r\r\n");
	assert_string_equal(pty_shown(), "");
}

static void where_a_program_draws_nothing_is_written(void **state)
{
	(void)state;
	pty_mode(0, ICANON | ECHO);
	assert_int_equal(terminal_say(pty_path, "mairu: hello"), TERMINAL_BUSY);
	pty_mode(ECHO, ICANON);
	assert_int_equal(terminal_say(pty_path, "mairu: hello"), TERMINAL_BUSY);
	assert_string_equal(pty_shown(), "");
	pty_mode(ICANON | ECHO, 0);
	assert_int_equal(terminal_say(pty_path, "mairu: hello"), TERMINAL_SAID);
}

static void where_a_password_is_typed_nothing_is_written(void **state)
{
	(void)state;
	pty_mode(ICANON, ECHO);
	assert_int_equal(terminal_say(pty_path, "mairu: hello"), TERMINAL_BUSY);
	assert_string_equal(pty_shown(), "");
}

static void a_stopped_terminal_does_not_hold_us_up(void **state)
{
	(void)state;
	assert_int_equal(tcflow(pty_slave, TCOOFF), 0);
	assert_int_equal(terminal_say(pty_path, "mairu: hello"), TERMINAL_BUSY);
	assert_int_equal(tcflow(pty_slave, TCOON), 0);
	assert_string_equal(pty_shown(), "");
}

static void a_terminal_that_nobody_reads_does_not_hold_us_up(void **state)
{
	char full[1024];
	int flags = fcntl(pty_slave, F_GETFL);

	(void)state;
	memset(full, 'x', sizeof(full));
	assert_int_equal(fcntl(pty_slave, F_SETFL, flags | O_NONBLOCK), 0);
	while (write(pty_slave, full, sizeof(full)) > 0 ||
	       write(pty_slave, full, 1) > 0)
		;
	assert_int_equal(errno, EAGAIN);
	assert_int_equal(terminal_say(pty_path, "mairu: hello"), TERMINAL_BUSY);
}

static void what_is_no_terminal_of_ours_is_refused(void **state)
{
	char way_round[128];

	(void)state;
	assert_int_equal(terminal_say("/dev/null", "x"), TERMINAL_REFUSED);
	assert_int_equal(
	    terminal_say("/dev/pts/4000000", "x"), TERMINAL_REFUSED);
	assert_int_equal(symlink(pty_path, at_home("tty")), 0);
	assert_int_equal(terminal_say(at_home("tty"), "x"), TERMINAL_REFUSED);
	(void)snprintf(
	    way_round, sizeof(way_round), "/dev/pts/..%s", pty_path + 4);
	assert_int_equal(terminal_say(way_round, "x"), TERMINAL_REFUSED);
	assert_string_equal(pty_shown(), "");
}

static void a_terminal_of_another_user_is_refused(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip();
	assert_int_equal(fchown(pty_slave, 65534, 0), 0);
	assert_int_equal(terminal_say(pty_path, "x"), TERMINAL_REFUSED);
	assert_string_equal(pty_shown(), "");
}

/* --- whose */

/* A process that waits to be killed; with a terminal it is this one, which it
 * holds by nothing but being started there (std: by standard error alone). */
static pid_t start(int has_terminal, int std)
{
	int ready[2];
	pid_t pid;
	char c;

	assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
	pid = fork();
	if (pid == 0) {
		int null = open("/dev/null", O_RDWR | O_CLOEXEC);

		(void)setsid();
		(void)dup2(null, 0);
		(void)dup2(null, 1);
		(void)dup2(std ? pty_slave : null, 2);
		if (has_terminal)
			(void)ioctl(pty_slave, TIOCSCTTY, 0);
		(void)close(pty_slave);
		(void)close(pty_master);
		(void)close(ready[1]);
		for (;;)
			(void)pause();
	}
	assert_true(pid > 0);
	(void)close(ready[1]);
	assert_int_equal(read(ready[0], &c, 1), 0);
	(void)close(ready[0]);
	return pid;
}

static void end(pid_t pid)
{
	int status;

	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
}

static void the_terminal_of_a_process_is_found(void **state)
{
	char path[TERMINAL_PATH];
	pid_t pid = start(1, 0);

	(void)state;
	terminal_of(pid, path);
	end(pid);
	assert_string_equal(path, pty_path);
}

static void so_is_one_that_it_only_writes_to(void **state)
{
	char path[TERMINAL_PATH];
	pid_t pid = start(0, 1);

	(void)state;
	terminal_of(pid, path);
	end(pid);
	assert_string_equal(path, pty_path);
}

static void a_process_without_a_terminal_has_none(void **state)
{
	char path[TERMINAL_PATH];
	pid_t pid = start(0, 0);

	(void)state;
	terminal_of(pid, path);
	assert_string_equal(path, "");
	end(pid);
	terminal_of(pid, path);
	assert_string_equal(path, "");
}

static char sought[TERMINAL_PATH];
static int is_found;

static void found(void *arg, const char *terminal)
{
	(void)arg;
	(void)snprintf(sought, sizeof(sought), "%s", terminal);
	is_found = 1;
}

/* Looks for the process that holds the descriptor. */
static void look_for(struct loop *loop, int fd)
{
	struct find_terminal s = {.fn = found};
	struct stat st;

	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(close(fd), 0);
	is_found = 0;
	find_terminal_begin(&s, loop, st.st_ino);
	assert_false(is_found);
	pump_until(loop, &is_found);
	find_terminal_stop(&s);
}

static void who_holds_a_socket_is_found_with_its_terminal(void **state)
{
	struct loop *loop;
	int pair[2];
	pid_t pid;

	(void)state;
	assert_int_equal(loop_new(&loop, NULL, NULL), 0);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	assert_int_equal(fcntl(pair[0], F_SETFD, FD_CLOEXEC), 0);
	pid = start(1, 0);
	look_for(loop, pair[0]);
	end(pid);
	assert_string_equal(sought, pty_path);
	/* Now there is nobody who holds it. */
	look_for(loop, pair[1]);
	assert_string_equal(sought, "");
	loop_free(loop);
}

#define AT_PTY(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    AT_PTY(only_names_of_terminals_count),
	    AT_PTY(a_terminal_shows_the_line_on_its_own),
	    AT_PTY(where_a_program_draws_nothing_is_written),
	    AT_PTY(where_a_password_is_typed_nothing_is_written),
	    AT_PTY(a_stopped_terminal_does_not_hold_us_up),
	    AT_PTY(a_terminal_that_nobody_reads_does_not_hold_us_up),
	    AT_PTY(what_is_no_terminal_of_ours_is_refused),
	    AT_PTY(a_terminal_of_another_user_is_refused),
	    AT_PTY(the_terminal_of_a_process_is_found),
	    AT_PTY(so_is_one_that_it_only_writes_to),
	    AT_PTY(a_process_without_a_terminal_has_none),
	    AT_PTY(who_holds_a_socket_is_found_with_its_terminal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
