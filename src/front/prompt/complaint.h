#ifndef MAIRU_FRONT_PROMPT_COMPLAINT_H
#define MAIRU_FRONT_PROMPT_COMPLAINT_H

/*
 * What a prompt has to complain of, once.
 */

#include "front/prompt/prompt.h"

/* Says p->complaint on standard error, unless it was said in this terminal and
 * has not changed since; the next state remembers it.  It is never the shell's
 * to print: it tells of what is not trusted, and what the shell is given it
 * evaluates. */
void complaint_make(struct prompt *p);

#endif
