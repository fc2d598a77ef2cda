#ifndef MAIRU_FRONT_ROLE_EXEC_PROGRAM_H
#define MAIRU_FRONT_ROLE_EXEC_PROGRAM_H

/*
 * Another program in place of this one, as if mairu had never been between it
 * and who started it: signals, descriptors and limits are those that mairu was
 * started with.
 */

#include "base/core/err.h"

/* First of all in main().  From here on a reader that went away is an error of
 * write, not a signal; standard descriptors that were closed are open here, and
 * closed again for the other program. */
void exec_program_begin(void);

/* Finds a command as shells do: by its path when there is a slash in it, else
 * on PATH.  *path is the caller's to free.  ERR_NOT_FOUND: there is none;
 * ERR_REFUSED: there is one that cannot be run.  The message says which. */
int exec_program_find(const char *name, char **path, struct err *e) MUST_CHECK;

/* Becomes it; args begin with its name and end in a NULL.  What is no program
 * and begins with no #! line is a script for sh, as for shells and env(1).
 * Returns only what went wrong: ERR_REFUSED, or ERR_NOT_FOUND when it is gone.
 */
int exec_program(
    const char *path, const char *const *args, struct err *e) MUST_CHECK;

/* Says why it could not be run; the exit code is the one that shells have for
 * that: 127 when it is not there, else 126. */
int exec_program_say(const struct err *e);

#endif
