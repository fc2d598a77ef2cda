#ifndef MAIRU_FRONT_PROMPT_RUN_H
#define MAIRU_FRONT_PROMPT_RUN_H

/*
 * One prompt of a shell, from beginning to end: finds the config here and
 * whether it is trusted, what the shell has already, what the broker grants,
 * and prints the one statement that makes the difference.  Where nothing has
 * changed since the last prompt it asks nobody and prints nothing.
 *
 * It never holds the shell for longer than deadline.h says, and what it says to
 * a person is on standard error.
 */

#include "front/shell/quoting.h"

/* For `mairu export`.  began: the word with which an earlier statement noted
 * when this wait began, or NULL.  An exit code. */
int run_prompt(enum shell sh, const char *began);

#endif
