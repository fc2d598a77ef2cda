#ifndef MAIRU_FRONT_COMPLETION_COMPLETE_H
#define MAIRU_FRONT_COMPLETION_COMPLETE_H

/*
 * Completes a command line, by the command tables.
 */

#include <stddef.h>

#include "front/completion/candidates.h"

/* Offers candidates for the last of n words, which is o->typed; the first word
 * is the program. */
void complete(struct candidates *o, char *const *words, size_t n);

#endif
