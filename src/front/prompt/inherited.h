#ifndef MAIRU_FRONT_PROMPT_INHERITED_H
#define MAIRU_FRONT_PROMPT_INHERITED_H

/*
 * What a shell brings to its prompt: the variables, the state that the last
 * prompt left, a role of `mairu exec`, or one that has lost its state.
 */

#include "front/prompt/prompt.h"

/* Whether `mairu exec` has a word in it.  1 when the role that it gave holds
 * here, so that the config is none of ours. */
int inherited_is_lent_here(struct prompt *p);

/* 1 when there is a role of ours that no state tells of; marks what is to be
 * dropped of it. */
int inherited_is_stray(struct prompt *p);

/* Fills p->old.  A state that is damaged or another user's is not believed, and
 * p->lost says what went with it. */
void inherited_read_state(struct prompt *p);

#endif
