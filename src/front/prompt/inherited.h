#ifndef MAIRU_FRONT_PROMPT_INHERITED_H
#define MAIRU_FRONT_PROMPT_INHERITED_H

/*
 * What a shell brings to its prompt: the variables, the last prompt's state, a
 * role from `mairu exec`, or one that has lost its state.
 */

#include "front/prompt/prompt.h"

/* 1 if a role from `mairu exec` takes precedence here, so that the config is
 * not ours to apply. */
int inherited_is_lent_here(struct prompt *p);

/* 1 if there is a role of ours without a state; marks what to drop of it. */
int inherited_is_stray(struct prompt *p);

/* Fills p->old.  A damaged state, or another user's, is ignored, and p->lost
 * says what was lost with it. */
void inherited_read_state(struct prompt *p);

#endif
