#ifndef MAIRU_BASE_SYS_PROGRAM_GUARD_H
#define MAIRU_BASE_SYS_PROGRAM_GUARD_H

/*
 * Whether a program may be run that was found by where it lies.  It may if
 * nobody can put another one there who could not replace this program itself:
 * from where its path leaves that of this program on, everything belongs to
 * root, to this user or to the owner of this program, and others cannot write
 * it.  A group can, if it can write this program or its directory too.
 */

#include <limits.h>

#include "base/core/err.h"

/* Writes the physical path of the program at `path` into real.  `self` is this
 * program's own physical path.  ERR_NOT_FOUND when there is no program,
 * ERR_REFUSED when somebody else can write it or a directory above it. */
int program_guard(const char *path, const char *self, char real[PATH_MAX],
    struct err *e) MUST_CHECK;

#endif
