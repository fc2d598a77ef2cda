#ifndef MAIRU_FRONT_COMPLETION_VALUE_ROLE_H
#define MAIRU_FRONT_COMPLETION_VALUE_ROLE_H

/*
 * The roles that a running broker knows, for who is typing one: no broker is
 * started, and none is waited for longer than somebody would notice.
 */

#include "front/completion/candidates.h"

/* server NULL: $MAIRU_SERVER, else the only one that is configured. */
void value_role_offer(struct candidates *o, const char *server);

#endif
