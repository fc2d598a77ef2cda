#ifndef MAIRU_FRONT_PROMPT_ORIGINALS_H
#define MAIRU_FRONT_PROMPT_ORIGINALS_H

/*
 * What a shell had in its variables before a role, and the broker keeps for it
 * because it is secret.
 */

#include "front/prompt/prompt.h"

/* The way out of a broker that does not answer is to end it: names what it
 * keeps for this shell before that is advised. */
void originals_say_owed(struct prompt *p, const char *why);

/* Turns what the broker keeps into values, where they are needed: to be
 * restored, or to be kept together with new ones. */
void originals_fetch(struct prompt *p);

/* Once what was kept is in the shell again, or about to be: the broker need
 * not have it any more. */
void originals_let_go(const struct prompt *p);

/* A shell that has inherited a handle holds it too from its first prompt on,
 * so that the end of the other does not lose what it means. */
void originals_inherit(struct prompt *p);

/* Gives secret originals to the broker; the state keeps a handle.  All of
 * both sets go, so that they come back together.  -1: they could not be kept,
 * and p->complaint says why. */
int originals_keep(struct prompt *p);

#endif
