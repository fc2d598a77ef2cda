#ifndef MAIRU_FRONT_TERMINAL_SAY_H
#define MAIRU_FRONT_TERMINAL_SAY_H

/*
 * What a person reads: one line on standard error, in one write, so that
 * lines of several shells do not mix.  Standard output is for data.
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

/* The same of what a command fails by: the terminal shows it in colour, so that
 * it is found among what else is said. */
void say_failure(const char *fmt, ...) PRINTF(1, 2);

/* Prints text for a person as it stands on standard error: lines that belong
 * to a message, or a question.  It is sanitised already. */
void say_text(const struct buf *b);

/* The same where nothing goes on unless it is seen.  ERR_SYS: standard error
 * takes nothing, or is /dev/null, which it is as well when it was closed. */
int say_shown(const struct buf *b, struct err *e) MUST_CHECK;

/* Prints the error and returns the exit code that stands for it. */
int say_err(const struct err *e);

/* Writes all of b to standard output; an exit code. */
int say_data(const struct buf *b);

/* Dies with a message: for a process too short-lived to recover. */
_Noreturn void say_oom(void);

#endif
