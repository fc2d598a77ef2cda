#ifndef MAIRU_FRONT_SHELL_HOOKS_H
#define MAIRU_FRONT_SHELL_HOOKS_H

/* The files of hooks/, built in. */

#include "front/shell/quoting.h"

/* The hook of a shell, NUL-terminated. */
const char *hooks_text(enum shell sh);

/* bash only: cd, pushd and popd that run the hook immediately. */
const char *hooks_bash_cd(void);

/* The completion script of a shell, NUL-terminated. */
const char *hooks_completion(enum shell sh);

#endif
