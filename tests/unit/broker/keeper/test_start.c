/* The child that becomes a keeper: broker/keeper/start.h.  Whoever took the
 * broker over says to it what he likes. */

#include "home.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "broker/keeper/start.h"

/* Says it to such a child; what was said back is in *bytes, or 0, and the exit
 * status is returned. */
static int say(const char *words, size_t len, ssize_t *bytes)
{
	int pair[2], status;
	char back[256];
	pid_t pid;

	assert_int_equal(
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
	pid = fork();
	if (pid == 0) {
		(void)close(pair[0]);
		_exit(keep_child_run(pair[1]));
	}
	(void)close(pair[1]);
	assert_int_equal(send(pair[0], words, len, 0), len);
	*bytes = recv(pair[0], back, sizeof(back), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	(void)close(pair[0]);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void a_program(const char *tail, const char *text)
{
	home_puts(tail, text);
	assert_int_equal(chmod(at_home(tail), 0755), 0);
}

static int is_there(const char *tail)
{
	return access(at_home(tail), F_OK) == 0;
}

static void no_program_is_started_that_the_broker_names(void **state)
{
	char words[2 * PATH_MAX], text[2 * PATH_MAX];
	ssize_t back;
	int sock, n;

	(void)state;
	(void)snprintf(
	    text, sizeof(text), "#!/bin/sh\n: >%s\n", at_home("was-run"));
	a_program("any", text);
	sock = snprintf(words, sizeof(words), "%s", at_home("b.sock")) + 1;
	n = snprintf(words + sock, sizeof(words) - (size_t)sock, "%s",
		at_home("any")) +
	    1;
	assert_int_not_equal(say(words, (size_t)(sock + n), &back), 0);
	assert_int_equal(back, 0);
	/* One that was started would be done by then. */
	for (int i = 0; i < 20 && !is_there("was-run"); i++)
		(void)poll(NULL, 0, 5);
	assert_false(is_there("was-run"));
	assert_false(is_there("b.keep"));
}

static void words_that_make_no_sense_end_it(void **state)
{
	static const char no_end[] = {'/', 'x'}, long_one[4096] = {'/'};
	ssize_t back;

	(void)state;
	assert_int_not_equal(say("", 1, &back), 0);
	assert_int_not_equal(say(no_end, sizeof(no_end), &back), 0);
	assert_int_not_equal(say(long_one, sizeof(long_one), &back), 0);
	assert_int_equal(back, 0);
}

int main(void)
{
#define C(f) cmocka_unit_test_setup_teardown(f, home_setup, tear_down)
	const struct CMUnitTest tests[] = {
	    C(no_program_is_started_that_the_broker_names),
	    C(words_that_make_no_sense_end_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
