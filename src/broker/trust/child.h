#ifndef MAIRU_BROKER_TRUST_CHILD_H
#define MAIRU_BROKER_TRUST_CHILD_H

/*
 * The checker's child: takes questions from a socket, one at a time, looks, and
 * answers.  It may hang in a file system forever; nothing else may.
 */

#include <stddef.h>

#include "base/core/err.h"
#include "broker/socket/request.h"
#include "broker/trust/check.h"

enum {
	CHECK_CHILD_TEXT = 2048,
	CHECK_CHILD_ANSWER = 32 * 1024, /* a whole message */
};

struct check_child_answer {
	enum check_verdict verdict;
	const char *text;
	int found; /* the answer to a WIRE_FIND: CHECK_ALLOWED and `what` */
	struct project_ref what;
	unsigned char room[CHECK_CHILD_ANSWER]; /* holds the strings */
};

/* Signals readiness by one meaningless answer, then serves until the other end
 * closes.  Returns the exit status. */
int check_child_run(int fd);

/* Parses a message from the child, trusting none of it.  *a is too large for
 * the stack, and must not be copied. */
int check_child_parse(
    struct check_child_answer *a, const void *msg, size_t len) MUST_CHECK;

#endif
