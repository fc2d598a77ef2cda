#ifndef MAIRU_FRONT_PROMPT_ORIGINALS_H
#define MAIRU_FRONT_PROMPT_ORIGINALS_H

/*
 * The original values of a shell's variables that the broker keeps because they
 * are secret.
 */

#include "front/prompt/prompt.h"

/* If the broker does not respond, the remedy is to end it: before advising
 * that, names what it keeps for this shell. */
void originals_say_owed(struct prompt *p, const char *why);

/* Fetches the values from the broker, if needed: to restore them, or to store
 * them again with new ones. */
void originals_fetch(struct prompt *p);

/* Lets the broker drop the values once they are, or are about to be, in the
 * shell again. */
void originals_let_go(const struct prompt *p);

/* Makes a shell that inherited a handle hold it too, from its first prompt on,
 * so that the other shell's end does not lose the values. */
void originals_inherit(struct prompt *p);

/* Stores secret originals with the broker; the state keeps a handle.  Both sets
 * go in full, so that they are restored together.  -1: they could not be
 * stored, and p->complaint says why. */
int originals_keep(struct prompt *p);

#endif
