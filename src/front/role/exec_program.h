#ifndef MAIRU_FRONT_ROLE_EXEC_PROGRAM_H
#define MAIRU_FRONT_ROLE_EXEC_PROGRAM_H

/*
 * Executes another program in place of this one, as if mairu had never been
 * involved: with the signals, descriptors and limits that mairu was started
 * with.
 */

#include "base/core/err.h"

/* Call first in main().  From here on a closed reader is a write error, not a
 * signal; standard descriptors that were closed are open here, and closed again
 * for the other program. */
void exec_program_begin(void);

/* Finds a command as shells do: as a path if it has a slash, else on PATH.  The
 * caller frees *path.  ERR_NOT_FOUND: there is none; ERR_REFUSED: there is one
 * that can't be executed.  The message says which. */
int exec_program_find(const char *name, char **path, struct err *e) MUST_CHECK;

/* Executes it; args begin with its name and end in a NULL.  A file that is
 * neither a binary nor begins with #! is run by sh, as by shells and env(1).
 * Returns only on failure: ERR_REFUSED, or ERR_NOT_FOUND if it is gone. */
int exec_program(
    const char *path, const char *const *args, struct err *e) MUST_CHECK;

/* Prints why it could not be executed; returns the exit code that shells use:
 * 127 if not found, else 126. */
int exec_program_say(const struct err *e);

#endif
