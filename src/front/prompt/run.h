#ifndef MAIRU_FRONT_PROMPT_RUN_H
#define MAIRU_FRONT_PROMPT_RUN_H

/*
 * One prompt of a shell, start to finish: finds the config here and whether it
 * is trusted, what the shell already has and what the broker grants, and prints
 * the one statement that makes the difference.  If nothing has changed since
 * the last prompt, it asks nobody and prints nothing.
 *
 * It never blocks the shell for longer than deadline.h says; its messages go to
 * standard error.
 */

#include "front/shell/quoting.h"

/* For `mairu export`.  began: the start of this wait as noted by an earlier
 * statement, or NULL.  Returns an exit code. */
int run_prompt(enum shell sh, const char *began);

#endif
