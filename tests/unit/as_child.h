#ifndef MAIRU_TEST_AS_CHILD_H
#define MAIRU_TEST_AS_CHILD_H

/*
 * A test that starts a broker is the broker's program, and is started again
 * by it as each of its children.
 */

#include <stdlib.h>
#include <string.h>

#include "broker/files/child.h"
#include "broker/trust/child.h"

/* Does not return where the test was started as a child. */
static inline void as_child(int argc, char **argv)
{
	if (argc != 2)
		return;
	if (strcmp(argv[1], "--check") == 0)
		exit(check_child_run(3));
	if (strcmp(argv[1], "--files") == 0)
		exit(files_child_run(3));
}

#endif
