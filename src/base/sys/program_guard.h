#ifndef MAIRU_BASE_SYS_PROGRAM_GUARD_H
#define MAIRU_BASE_SYS_PROGRAM_GUARD_H

/*
 * Whether a program found by its location is safe to run: nobody may be able to
 * replace it who could not replace this program too.  Every component after the
 * path shared with this program must be owned by root, this user or the owner
 * of this program, and not be writable by others.  A group may write it if that
 * group can also write this program or its directory.
 */

#include <limits.h>

#include "base/core/err.h"

/* Writes the physical path of the program at `path` into real.  `self` is this
 * program's own physical path.  ERR_NOT_FOUND when there is no such program,
 * ERR_REFUSED when somebody else can write it or a directory above it. */
int program_guard(const char *path, const char *self, char real[PATH_MAX],
    struct err *e) MUST_CHECK;

#endif
