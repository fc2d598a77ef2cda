#ifndef MAIRU_FRONT_COMPLETION_VALUE_ROLE_H
#define MAIRU_FRONT_COMPLETION_VALUE_ROLE_H

/*
 * Completes roles known to a running broker: never starts one, nor waits long
 * enough to be noticed.
 */

#include "front/completion/candidates.h"

/* server NULL: $MAIRU_SERVER, else the only one configured. */
void value_role_offer(struct candidates *o, const char *server);

#endif
