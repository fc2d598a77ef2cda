#ifndef MAIRU_FRONT_PROMPT_STATEMENT_H
#define MAIRU_FRONT_PROMPT_STATEMENT_H

/*
 * A prompt's output: one statement for the shell, with the change, the state
 * that remembers it, and the messages that the shell prints once the change is
 * made.
 */

#include "front/prompt/prompt.h"

/* Prints it, or nothing if there is no change.  Returns an exit code. */
int statement_print(struct prompt *p);

#endif
