#ifndef MAIRU_TEST_SCRATCH_H
#define MAIRU_TEST_SCRATCH_H

/*
 * A directory of each test's own, which is also where it works, and a child
 * in which it can be somebody else.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <grp.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	NOBODY = 65534
};

static char scratch[64];

static inline int set_up(void **state)
{
	(void)state;
	(void)snprintf(scratch, sizeof(scratch), "/tmp/mairu-file-XXXXXX");
	(void)umask(022);
	/* Whatever blocks must not block the build. */
	(void)alarm(getenv("MAIRU_VALGRIND") ? 240 : 60);
	return mkdtemp(scratch) ? chdir(scratch) : -1;
}

static inline int remove_one(
    const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)st;
	(void)kind;
	(void)ftw;
	return remove(path);
}

static inline int tear_down(void **state)
{
	(void)state;
	if (chdir("/"))
		return -1;
	return nftw(scratch, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static inline const char *in_scratch(const char *name)
{
	static char path[PATH_MAX];

	(void)snprintf(path, sizeof(path), "%s/%s", scratch, name);
	return path;
}

static inline void put(const char *name, const char *text, mode_t mode)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	assert_int_equal(fchmod(fd, mode), 0);
	assert_int_equal(close(fd), 0);
}

static inline mode_t mode_of(const char *name)
{
	struct stat st;

	assert_int_equal(stat(name, &st), 0);
	return st.st_mode & 07777;
}

static inline size_t entries(const char *dir)
{
	DIR *d = opendir(dir);
	size_t n = 0;

	if (!d)
		return SIZE_MAX;
	while (readdir(d))
		n++;
	closedir(d);
	return n - 2;
}

/* Runs fn in a child, as nobody when that is asked for: its exit status. */
static inline int in_child(int (*fn)(void), int as_nobody)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		if (as_nobody &&
		    (setgroups(0, NULL) || setgid(NOBODY) || setuid(NOBODY)))
			_exit(99);
		_exit(fn());
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

#define ONLY_ROOT()                                                            \
	do {                                                                   \
		if (geteuid() != 0)                                            \
			skip();                                                \
	} while (0)

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

#endif
