#ifndef MAIRU_FRONT_SHELL_HOOK_MARK_H
#define MAIRU_FRONT_SHELL_HOOK_MARK_H

/*
 * By what commands know a shell that has the hook: an exported variable with
 * the shell's process, since children inherit it, and what was loaded.
 */

#include <limits.h>
#include <sys/types.h>

#include "base/core/buf.h"
#include "base/sys/place.h"
#include "front/shell/quoting.h"

#define VAR_HOOK "MAIRU_HOOK"

struct hook_mark {
	pid_t pid; /* 0: there is none */
	enum shell shell;
	char version[32];	/* of the mairu that printed the hook */
	char place[PLACE_NAME]; /* of its directories then; "": unknown */
	char program[PATH_MAX]; /* that the hook runs */
};

/* Appends what sets it in an interactive shell, after the hook.  The place is
 * that of the first shell, where one was started from another. */
void hook_mark(enum shell sh, struct buf *out);

/* Reads that of this environment; one that makes no sense is none. */
void hook_mark_read(struct hook_mark *m);

/* 1 when the shell that this process was started by has the hook. */
int hook_mark_is_here(void);

#endif
