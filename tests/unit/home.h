#ifndef MAIRU_TEST_HOME_H
#define MAIRU_TEST_HOME_H

/*
 * The scratch directory of each test as its HOME.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "scratch.h"

static inline int home_setup(void **state)
{
	/* Others may pass, so that what keeps them out is what a test says. */
	if (set_up(state) != 0 || chmod(scratch, 0755) != 0 ||
	    setenv("HOME", scratch, 1) != 0)
		return -1;
	return unsetenv("XDG_CONFIG_HOME") | unsetenv("XDG_STATE_HOME");
}

/* HOME joined with a relative path; good until the fourth call from now. */
static inline const char *at_home(const char *tail)
{
	static char paths[4][PATH_MAX];
	static unsigned next;
	char *path = paths[next++ % 4];

	(void)snprintf(path, PATH_MAX, "%s/%.4000s", scratch, tail);
	return path;
}

/* Makes a directory below HOME and its parents. */
static inline void home_mkdir(const char *tail)
{
	char path[PATH_MAX];

	(void)snprintf(path, sizeof(path), "%s", at_home(tail));
	for (char *p = path + strlen(scratch) + 1; *p != '\0'; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		(void)mkdir(path, 0755);
		*p = '/';
	}
	(void)mkdir(path, 0755);
	assert_int_equal(chmod(path, 0755), 0);
}

static inline void home_write(const char *tail, const void *bytes, size_t len)
{
	FILE *f = fopen(at_home(tail), "we");

	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
}

static inline void home_puts(const char *tail, const char *text)
{
	home_write(tail, text, strlen(text));
}

#endif
