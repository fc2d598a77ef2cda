#ifndef MAIRU_FRONT_COMPLETION_COMPLETE_H
#define MAIRU_FRONT_COMPLETION_COMPLETE_H

/*
 * What may stand at the end of a command line, by the tables of commands.
 */

#include <stddef.h>

#include "front/completion/candidates.h"

/* Offers what may stand in the place of the last of n words, which is
 * o->typed; the first is the program. */
void complete(struct candidates *o, char *const *words, size_t n);

#endif
