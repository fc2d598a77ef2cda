#ifndef MAIRU_TEST_PTY_H
#define MAIRU_TEST_PTY_H

/*
 * A terminal of the test's own, from the side of who sits at it.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static int pty_master, pty_slave;
static char pty_path[64];
static char pty_text[16 * 1024];

static inline void pty_open(void)
{
	pty_master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
	assert_true(pty_master >= 0);
	assert_int_equal(grantpt(pty_master) | unlockpt(pty_master), 0);
	(void)snprintf(pty_path, sizeof(pty_path), "%s", ptsname(pty_master));
	pty_slave = open(pty_path, O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_true(pty_slave >= 0);
}

static inline void pty_close(void)
{
	(void)close(pty_slave);
	(void)close(pty_master);
}

/* Sets and clears local modes. */
static inline void pty_mode(tcflag_t set, tcflag_t clear)
{
	struct termios t;

	assert_int_equal(tcgetattr(pty_slave, &t), 0);
	t.c_lflag = (t.c_lflag | set) & ~clear;
	assert_int_equal(tcsetattr(pty_slave, TCSANOW, &t), 0);
}

/* What has been shown since the last time.  A terminal passes on what is
 * written by a worker of its own, so that this waits for what was written
 * last: a mark. */
static inline const char *pty_shown(void)
{
	static const char mark[] = "#mark#";
	size_t have = 0;
	char *end = NULL;
	ssize_t n;

	assert_int_equal(write(pty_slave, mark, strlen(mark)), strlen(mark));
	memset(pty_text, 0, sizeof(pty_text));
	while ((end = strstr(pty_text, mark)) == NULL) {
		n = read(
		    pty_master, pty_text + have, sizeof(pty_text) - 1 - have);
		if (n > 0)
			have += (size_t)n;
	}
	*end = '\0';
	return pty_text;
}

#endif
