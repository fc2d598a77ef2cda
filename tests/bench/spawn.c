/*
 * Times programs without a shell: starts each in turn, ROUNDS times, and
 * prints a line for each start: which program, microseconds from the start to
 * the end, page faults, and how it ended.
 *
 * usage: spawn ROUNDS PROGRAM [ARG]... [-- PROGRAM [ARG]...]...
 */

#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	MAX_PROGRAMS = 16
};

extern char **environ;

static double now_us(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static int run(int which, char **argv)
{
	double start = now_us();
	struct rusage used;
	int status;
	pid_t pid;

	if (posix_spawn(&pid, argv[0], NULL, NULL, argv, environ) != 0 ||
	    wait4(pid, &status, 0, &used) != pid) {
		perror(argv[0]);
		return -1;
	}
	(void)dprintf(3, "%d %.1f %ld %d\n", which, now_us() - start,
	    used.ru_minflt, status);
	return 0;
}

int main(int argc, char **argv)
{
	char **program[MAX_PROGRAMS];
	int n = 0, rounds = argc > 2 ? atoi(argv[1]) : 0;

	for (int i = 2; i < argc && n < MAX_PROGRAMS; i++) {
		program[n++] = argv + i;
		while (i < argc && strcmp(argv[i], "--") != 0)
			i++;
		if (i < argc)
			argv[i] = NULL;
	}
	/* The lines go where standard output was; the programs' own output
	 * goes nowhere. */
	if (n == 0 || rounds < 1 || dup2(1, 3) < 0 ||
	    fcntl(3, F_SETFD, FD_CLOEXEC) < 0 ||
	    freopen("/dev/null", "w", stdout) == NULL || dup2(1, 2) < 0)
		return 100;
	for (int r = 0; r < rounds; r++)
		for (int i = 0; i < n; i++)
			/* Each round starts elsewhere, so that none always
			 * runs after the same other. */
			if (run((r + i) % n, program[(r + i) % n]) < 0)
				return 111;
	return 0;
}
