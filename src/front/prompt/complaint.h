#ifndef MAIRU_FRONT_PROMPT_COMPLAINT_H
#define MAIRU_FRONT_PROMPT_COMPLAINT_H

/*
 * A prompt's complaint, shown once.
 */

#include "front/prompt/prompt.h"

/* Prints p->complaint on standard error, unless this terminal has seen it and
 * it is unchanged; the next state remembers it.  The shell never prints it: it
 * describes untrusted things, and the shell evaluates what it is given. */
void complaint_make(struct prompt *p);

#endif
