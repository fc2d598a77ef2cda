/* Where the broker's socket is and who is behind it: base/sys/sock.h. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/sys/sock.h"

static char dir[64];
static struct place place;

static int setup(void **state)
{
	(void)state;
	(void)snprintf(dir, sizeof(dir), "/tmp/mairu-sock.XXXXXX");
	unsetenv("MAIRU_AGENT_SOCK");
	unsetenv("XDG_STATE_HOME");
	unsetenv("XDG_CONFIG_HOME");
	return mkdtemp(dir) == NULL || setenv("HOME", dir, 1) < 0 ||
	       setenv("XDG_RUNTIME_DIR", dir, 1) < 0;
}

static int teardown(void **state)
{
	static const char *const made[] = {"mairu", ".config/mairu", ".config",
	    ".local/state/mairu", ".local/state", ".local"};
	char path[128];

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/s", dir);
	(void)unlink(path);
	for (size_t i = 0; i < sizeof(made) / sizeof(made[0]); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", dir, made[i]);
		(void)rmdir(path);
	}
	return rmdir(dir);
}

static void remove_state(const char *home)
{
	static const char *const made[] = {
	    "/.local/state/mairu", "/.local/state", "/.local", ""};
	char path[128];

	for (size_t i = 0; i < sizeof(made) / sizeof(made[0]); i++) {
		(void)snprintf(path, sizeof(path), "%s%s", home, made[i]);
		(void)rmdir(path);
	}
}

static void path(char *out, const char *name)
{
	(void)snprintf(out, SOCK_PATH_MAX, "%s/%s", dir, name);
}

static void the_variable_wins_and_must_be_absolute(void **state)
{
	char out[SOCK_PATH_MAX];
	struct err e;

	(void)state;
	assert_int_equal(setenv("MAIRU_AGENT_SOCK", "/x/y.sock", 1), 0);
	assert_int_equal(sock_path(out, &place, PLACE_MAKE, &e), 0);
	assert_string_equal(out, "/x/y.sock");
	assert_int_equal(setenv("MAIRU_AGENT_SOCK", "y.sock", 1), 0);
	assert_int_equal(sock_path(out, &place, PLACE_MAKE, &e), ERR_USAGE);
}

static void the_runtime_directory_comes_next(void **state)
{
	char out[SOCK_PATH_MAX], expected[SOCK_PATH_MAX + 32];
	char name[PLACE_NAME];
	struct err e;

	(void)state;
	path(expected, "mairu/broker.");
	assert_int_equal(sock_path(out, &place, PLACE_MAKE, &e), 0);
	place_name(&place, 0, name);
	(void)snprintf(expected + strlen(expected), 32, "%s.sock", name);
	assert_string_equal(out, expected);
	assert_true(sock_is_named(out));
	assert_false(sock_is_named("/tmp/broker.sock"));
}

static void one_that_is_missing_or_relative_counts_as_unset(void **state)
{
	static const char *const values[] = {"/nonexistent/mairu", "run", ""};
	char out[SOCK_PATH_MAX];
	struct err e;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(setenv("XDG_RUNTIME_DIR", values[i], 1), 0);
		assert_int_equal(sock_path(out, &place, PLACE_MAKE, &e), 0);
		assert_null(strstr(out, "nonexistent"));
		assert_int_equal(out[0], '/');
	}
}

static void a_path_that_does_not_fit_is_refused(void **state)
{
	char out[SOCK_PATH_MAX], lengthy[SOCK_PATH_MAX + 1];
	struct err e;

	(void)state;
	memset(lengthy, 'x', sizeof(lengthy));
	lengthy[0] = '/';
	lengthy[SOCK_PATH_MAX] = '\0';
	assert_int_equal(setenv("MAIRU_AGENT_SOCK", lengthy, 1), 0);
	assert_int_equal(sock_path(out, &place, PLACE_MAKE, &e), ERR_LIMIT);
	lengthy[SOCK_PATH_MAX - 1] = '\0';
	assert_int_equal(setenv("MAIRU_AGENT_SOCK", lengthy, 1), 0);
	assert_int_equal(sock_path(out, &place, PLACE_MAKE, &e), 0);
}

static void a_home_of_60_bytes_holds_the_socket(void **state)
{
	char out[SOCK_PATH_MAX], home[128];
	const char *tail;
	struct err e;
	struct stat st;

	(void)state;
	if (stat("/run/user/0", &st) == 0 || stat("/run/user", &st) == 0)
		return; /* it may be there that the socket is */
	assert_int_equal(unsetenv("XDG_RUNTIME_DIR"), 0);
	assert_int_equal(setenv("XDG_CONFIG_HOME", dir, 1), 0);
	(void)snprintf(home, sizeof(home), "%s/", dir);
	memset(home + strlen(dir) + 1, 'h', sizeof(home) - strlen(dir) - 1);
	home[60] = '\0';
	assert_int_equal(setenv("HOME", home, 1), 0);
	assert_int_equal(sock_path(out, &place, PLACE_MAKE, &e), 0);
	tail = strstr(out, "/.local/state/mairu/run/broker.");
	assert_non_null(tail);
	tail += strlen("/.local/state/mairu/run/broker.");
	assert_int_equal(strspn(tail, "0123456789abcdef"), 12);
	assert_string_equal(tail + 12, ".sock");
	remove_state(home);
	home[60] = 'h';
	home[61] = '\0';
	assert_int_equal(setenv("HOME", home, 1), 0);
	assert_int_equal(sock_path(out, &place, PLACE_MAKE, &e), ERR_LIMIT);
	assert_non_null(strstr(e.msg, "of your own of mode 0700"));
	remove_state(home);
}

static void two_brokers_meet_only_where_both_directories_are_one(void **state)
{
	char one[SOCK_PATH_MAX], other[SOCK_PATH_MAX], base[SOCK_PATH_MAX];
	static const char *const names[] = {
	    "XDG_CONFIG_HOME", "XDG_STATE_HOME"};
	struct place there;
	struct err e;

	(void)state;
	assert_int_equal(sock_path(one, &place, PLACE_MAKE, &e), 0);
	assert_int_equal(sock_path(other, &there, PLACE_CHECK, &e), 0);
	assert_string_equal(one, other);
	assert_true(place_same(&place, &there));
	path(base, "mairu");
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(setenv(names[i], dir, 1), 0);
		assert_int_equal(sock_path(other, &there, PLACE_MAKE, &e), 0);
		assert_string_not_equal(one, other);
		assert_false(place_same(&place, &there));
		assert_int_equal(unsetenv(names[i]), 0);
	}
}

static void a_directory_that_was_replaced_is_another_place(void **state)
{
	char one[SOCK_PATH_MAX], other[SOCK_PATH_MAX];
	char config[SOCK_PATH_MAX], away[SOCK_PATH_MAX];
	struct err e;

	(void)state;
	assert_int_equal(sock_path(one, &place, PLACE_MAKE, &e), 0);
	path(config, ".config/mairu");
	path(away, "away");
	assert_int_equal(rename(config, away), 0);
	assert_int_equal(
	    sock_path(other, &place, PLACE_CHECK, &e), ERR_NOT_FOUND);
	assert_int_equal(sock_path(other, &place, PLACE_MAKE, &e), 0);
	assert_string_not_equal(one, other);
	assert_int_equal(rmdir(config), 0);
	/* Behind a link it is the same as before. */
	assert_int_equal(symlink(away, config), 0);
	assert_int_equal(sock_path(other, &place, PLACE_CHECK, &e), 0);
	assert_string_equal(one, other);
	assert_int_equal(unlink(config) | rmdir(away), 0);
}

static void directories_of_others_are_refused_with_what_mends_it(void **state)
{
	char out[SOCK_PATH_MAX], config[SOCK_PATH_MAX], state_[SOCK_PATH_MAX];
	struct err e;

	(void)state;
	assert_int_equal(sock_path(out, &place, PLACE_MAKE, &e), 0);
	path(config, ".config/mairu");
	path(state_, ".local/state/mairu");
	assert_int_equal(chmod(config, 0707), 0);
	assert_int_equal(sock_path(out, &place, PLACE_CHECK, &e), ERR_REFUSED);
	assert_non_null(strstr(e.msg, "chmod go-w "));
	assert_int_equal(chmod(config, 0755), 0);
	assert_int_equal(sock_path(out, &place, PLACE_CHECK, &e), 0);
	if (geteuid() != 0)
		return; /* only root can give it away */
	assert_int_equal(chown(state_, 65534, 65534), 0);
	assert_int_equal(sock_path(out, &place, PLACE_CHECK, &e), ERR_REFUSED);
	assert_non_null(strstr(e.msg, "sudo chown"));
	assert_int_equal(chown(state_, 0, 0), 0);
	assert_int_equal(chown(config, 65534, 65534), 0);
	assert_int_equal(sock_path(out, &place, PLACE_CHECK, &e), ERR_REFUSED);
}

static void what_to_do_about_an_open_directory_depends_on_who_chose_it(
    void **state)
{
	char s[SOCK_PATH_MAX], command[SOCK_PATH_MAX + 32];
	struct err e;

	(void)state;
	path(s, "s");
	assert_int_equal(chmod(dir, 0755), 0);
	assert_int_equal(sock_check_dir(s, 1, &e), ERR_REFUSED);
	(void)snprintf(command, sizeof(command), "Run: chmod 700 %s", dir);
	assert_non_null(strstr(e.msg, command));
	assert_int_equal(setenv("MAIRU_AGENT_SOCK", s, 1), 0);
	assert_int_equal(sock_check_dir(s, 1, &e), ERR_REFUSED);
	assert_null(strstr(e.msg, "chmod"));
	assert_non_null(strstr(e.msg, "a directory of your own"));
	assert_int_equal(chmod(dir, 0700), 0);
}

static void a_directory_open_to_others_is_refused(void **state)
{
	char s[SOCK_PATH_MAX];
	struct err e;

	(void)state;
	path(s, "s");
	assert_int_equal(sock_check_dir(s, 0, &e), 0);
	assert_int_equal(chmod(dir, 0750), 0);
	assert_int_equal(sock_check_dir(s, 1, &e), ERR_REFUSED);
	assert_int_equal(chmod(dir, 0701), 0);
	assert_int_equal(sock_check_dir(s, 1, &e), ERR_REFUSED);
	assert_int_equal(chmod(dir, 0700), 0);
}

static void a_directory_of_somebody_else_is_refused(void **state)
{
	char s[SOCK_PATH_MAX];
	struct err e;

	(void)state;
	path(s, "s");
	if (geteuid() == 0) {
		assert_int_equal(chown(dir, 65534, 65534), 0);
		assert_int_equal(sock_check_dir(s, 1, &e), ERR_REFUSED);
		assert_int_equal(chown(dir, 0, 0), 0);
	} else {
		assert_int_equal(sock_check_dir("/etc/s", 1, &e), ERR_REFUSED);
	}
}

static void a_missing_directory_is_made_only_when_asked(void **state)
{
	char s[SOCK_PATH_MAX];
	struct stat st;
	struct err e;

	(void)state;
	path(s, "mairu/s");
	assert_int_equal(sock_check_dir(s, 0, &e), ERR_NOT_FOUND);
	assert_int_equal(sock_check_dir(s, 1, &e), 0);
	path(s, "mairu");
	assert_int_equal(stat(s, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
}

static void a_link_is_no_directory(void **state)
{
	char s[SOCK_PATH_MAX], link_[SOCK_PATH_MAX];
	struct err e;

	(void)state;
	path(link_, "s");
	assert_int_equal(symlink(dir, link_), 0);
	path(s, "s/x");
	assert_int_equal(sock_check_dir(s, 1, &e), ERR_REFUSED);
}

static int listen_at(const char *s, int backlog)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	memcpy(a.sun_path, s, strlen(s) + 1);
	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	assert_int_equal(listen(fd, backlog), 0);
	return fd;
}

static void nobody_there_is_told_from_a_full_queue(void **state)
{
	char s[SOCK_PATH_MAX];
	int fds[8], n = 0, fd, r = 0;
	struct err e;
	pid_t pid;

	(void)state;
	path(s, "s");
	assert_int_equal(sock_connect(s, &fds[0], &pid, &e), ERR_NOT_FOUND);
	fd = listen_at(s, 0);
	while (n < 8 && (r = sock_connect(s, &fds[n], &pid, &e)) == 0) {
		assert_int_equal(pid, getpid());
		n++;
	}
	assert_int_equal(r, ERR_TIMEOUT);
	while (n-- > 0)
		(void)close(fds[n]);
	(void)close(fd);
	assert_int_equal(sock_connect(s, &fds[0], &pid, &e), ERR_NOT_FOUND);
}

static void a_listener_of_another_user_is_refused(void **state)
{
	char s[SOCK_PATH_MAX], c;
	int ready[2], done[2], fd, status;
	struct err e;
	pid_t pid, child;

	(void)state;
	if (geteuid() != 0)
		return; /* only root can be another user */
	path(s, "s");
	assert_int_equal(chmod(dir, 0777), 0);
	assert_int_equal(pipe(ready) | pipe(done), 0);
	child = fork();
	if (child == 0) {
		if (setuid(65534) < 0)
			_exit(1);
		fd = listen_at(s, 4);
		if (write(ready[1], "r", 1) != 1)
			_exit(1);
		(void)close(done[1]);
		_exit(read(done[0], &c, 1) != 0);
	}
	(void)close(done[0]);
	assert_int_equal(read(ready[0], &c, 1), 1);
	assert_int_equal(sock_connect(s, &fd, &pid, &e), ERR_FOREIGN);
	assert_non_null(strstr(e.msg, "65534"));
	(void)close(done[1]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	(void)close(ready[0]);
	(void)close(ready[1]);
	assert_int_equal(chmod(dir, 0700), 0);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
	    T(the_variable_wins_and_must_be_absolute),
	    T(the_runtime_directory_comes_next),
	    T(one_that_is_missing_or_relative_counts_as_unset),
	    T(a_path_that_does_not_fit_is_refused),
	    T(a_home_of_60_bytes_holds_the_socket),
	    T(two_brokers_meet_only_where_both_directories_are_one),
	    T(a_directory_that_was_replaced_is_another_place),
	    T(directories_of_others_are_refused_with_what_mends_it),
	    T(what_to_do_about_an_open_directory_depends_on_who_chose_it),
	    T(a_directory_open_to_others_is_refused),
	    T(a_directory_of_somebody_else_is_refused),
	    T(a_missing_directory_is_made_only_when_asked),
	    T(a_link_is_no_directory),
	    T(nobody_there_is_told_from_a_full_queue),
	    T(a_listener_of_another_user_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
