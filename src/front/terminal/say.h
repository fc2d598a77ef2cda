#ifndef MAIRU_FRONT_TERMINAL_SAY_H
#define MAIRU_FRONT_TERMINAL_SAY_H

/*
 * Messages to the user: one line on standard error, in one write, so that lines
 * of several shells don't mix.  Standard output is for data.
 */

#include "base/core/buf.h"
#include "base/core/err.h"

enum exit_code {
	EXIT_OK = 0,
	EXIT_FAILED = 1,
	EXIT_USAGE = 2,
	EXIT_UNTRUSTED = 3,
	EXIT_LOGIN = 4,
	EXIT_DENIED = 5, /* by the server */
};

/* Prints "mairu: ...\n".  Control characters in the result are replaced. */
void say(const char *fmt, ...) PRINTF(1, 2);

/* The same for the error that a command fails with: in colour on a terminal, so
 * that it stands out. */
void say_failure(const char *fmt, ...) PRINTF(1, 2);

/* Prints text as it is to standard error: lines that belong to a message, or a
 * question.  It must be sanitised already. */
void say_text(const struct buf *b);

/* The same for text that must be seen before going on.  ERR_SYS: standard error
 * is not writable, or is /dev/null (as it also is if it was closed). */
int say_shown(const struct buf *b, struct err *e) MUST_CHECK;

/* Prints the error and returns its exit code. */
int say_err(const struct err *e);

/* Writes b to standard output; returns an exit code. */
int say_data(const struct buf *b);

/* Dies with a message: for a process too short-lived to recover. */
_Noreturn void say_oom(void);

#endif
