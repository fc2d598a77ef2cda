#ifndef MAIRU_FRONT_PROMPT_STATEMENT_H
#define MAIRU_FRONT_PROMPT_STATEMENT_H

/*
 * What a prompt prints: one statement for the shell, in which are the change,
 * the state that remembers it, and what the shell tells its user once it has
 * taken the change.
 */

#include "front/prompt/prompt.h"

/* Prints it, or nothing when nothing is to change.  An exit code. */
int statement_print(struct prompt *p);

#endif
