#ifndef MAIRU_FRONT_PROMPT_WANTED_H
#define MAIRU_FRONT_PROMPT_WANTED_H

/*
 * What the config here wants, as far as it is trusted and the broker grants it.
 */

#include "front/prompt/prompt.h"

/* Fills p->want, or sets p->holds to keep what is in force; p->complaint has
 * the reason, if it is to be told.  Asks the broker, which may start it. */
void wanted_look(struct prompt *p);

#endif
