#ifndef MAIRU_BROKER_TRUST_CHILD_H
#define MAIRU_BROKER_TRUST_CHILD_H

/*
 * The checker's child: takes one question after another from a socket, looks,
 * and answers.  It may hang in a file system for ever; nothing else may.
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
	int found; /* the answer to a WIRE_FIND: CHECK_ALLOWED, and this: */
	struct project_ref what;
	unsigned char room[CHECK_CHILD_ANSWER]; /* where the texts are */
};

/* Says that it is ready by one answer of no meaning, then serves until the
 * other end closes.  Returns the exit status. */
int check_child_run(int fd);

/* Takes a message of the child's apart; believes nothing of it.  *a is too
 * large for a stack, and not to be copied. */
int check_child_parse(
    struct check_child_answer *a, const void *msg, size_t len) MUST_CHECK;

#endif
