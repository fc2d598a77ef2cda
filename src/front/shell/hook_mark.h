#ifndef MAIRU_FRONT_SHELL_HOOK_MARK_H
#define MAIRU_FRONT_SHELL_HOOK_MARK_H

/*
 * How commands recognise a shell that has the hook: an exported variable with
 * the shell's pid, since children inherit it, and what was loaded.
 */

#include <limits.h>
#include <sys/types.h>

#include "base/core/buf.h"
#include "base/sys/place.h"
#include "front/shell/quoting.h"

#define VAR_HOOK "MAIRU_HOOK"

struct hook_mark {
	pid_t pid; /* 0: none */
	enum shell shell;
	char version[32];	/* of the mairu that printed the hook */
	char place[PLACE_NAME]; /* of its directories then; "" if unknown */
	char program[PATH_MAX]; /* the program that the hook runs */
};

/* Appends the code that sets it in an interactive shell, after the hook.  The
 * place is that of the outermost shell, if nested. */
void hook_mark(enum shell sh, struct buf *out);

/* Reads it from the environment; an invalid one counts as none. */
void hook_mark_read(struct hook_mark *m);

/* 1 if the shell that started this process has the hook. */
int hook_mark_is_here(void);

#endif
