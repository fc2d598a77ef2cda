/* The end of another process: net/runtime/process.h.  All of it twice: as the
 * kernel tells it, and on one that knows no pidfd. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/filter.h>
#include <linux/seccomp.h>

#include "base/sys/plat.h"
#include "net/runtime/process.h"
#include "pump.h"

static struct loop *loop;
static struct process process;
static struct err e;
static int told;

static int setup(void **state)
{
	(void)state;
	told = 0;
	memset(&process, 0, sizeof(process));
	return loop_new(&loop, NULL, NULL);
}

static int teardown(void **state)
{
	(void)state;
	process_forget(&process);
	loop_free(loop);
	return 0;
}

static void ended(void *arg)
{
	(void)arg;
	told++;
}

static pid_t start(void)
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0)
		for (;;)
			(void)pause();
	return pid;
}

static void end(pid_t pid)
{
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static int watch(pid_t pid)
{
	return process_watch(&process, loop, pid, ended, NULL, &e);
}

static void an_end_is_told_once(void **state)
{
	pid_t pid = start();

	(void)state;
	assert_int_equal(watch(pid), 0);
	assert_int_equal(loop_once(loop, 0, &e), 0);
	assert_int_equal(told, 0);
	assert_int_equal(process_has_ended(&process), 0);
	end(pid);
	assert_int_equal(process_has_ended(&process), 1);
	pump_until(loop, &told);
	assert_int_equal(loop_once(loop, 0, &e), 0);
	assert_int_equal(told, 1);
}

static void one_that_has_ended_is_not_there(void **state)
{
	pid_t pid = start();

	(void)state;
	end(pid);
	assert_int_equal(watch(pid), ERR_NOT_FOUND);
	assert_int_equal(watch(0), ERR_NOT_FOUND);
}

static void one_that_is_forgotten_is_not_told(void **state)
{
	pid_t pid = start();

	(void)state;
	assert_int_equal(watch(pid), 0);
	process_forget(&process);
	end(pid);
	for (int i = 0; i < 3; i++)
		assert_int_equal(loop_once(loop, 0, &e), 0);
	assert_int_equal(told, 0);
}

static int64_t turned(void *arg)
{
	return *(int64_t *)arg;
}

/* Whoever looks at a pid now and then must not take another for it. */
static void another_of_that_pid_is_not_taken_for_it(void **state)
{
	int64_t now = 1000;

	(void)state;
	loop_free(loop);
	assert_int_equal(loop_new(&loop, turned, &now), 0);
	assert_int_equal(watch(getpid()), 0);
	assert_int_equal(process.watch.fd, -1);
	now += 1000;
	assert_int_equal(loop_once(loop, 0, &e), 0);
	assert_int_equal(told, 0);
	process.started--;
	now += 1000;
	assert_int_equal(loop_once(loop, 0, &e), 0);
	assert_int_equal(told, 1);
}

/* As on a kernel from before 5.3. */
static int without_pidfd(void **state)
{
	struct sock_filter code[] = {
	    BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
		(uint32_t)offsetof(struct seccomp_data, nr)),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_pidfd_open, 0, 1),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	const struct sock_fprog program = {
	    sizeof(code) / sizeof(code[0]), code};

	(void)state;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) < 0)
		return -1;
	return plat_pidfd(getpid()) < 0 && errno == ENOSYS ? 0 : -1;
}

int main(void)
{
#define P(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest with[] = {
	    P(an_end_is_told_once),
	    P(one_that_has_ended_is_not_there),
	    P(one_that_is_forgotten_is_not_told),
	};
	const struct CMUnitTest without[] = {
	    P(an_end_is_told_once),
	    P(one_that_has_ended_is_not_there),
	    P(one_that_is_forgotten_is_not_told),
	    P(another_of_that_pid_is_not_taken_for_it),
	};
	int failed = cmocka_run_group_tests(with, NULL, NULL);

	return failed + cmocka_run_group_tests(without, without_pidfd, NULL);
}
