#ifndef MAIRU_FRONT_SIGNIN_LOGOUT_H
#define MAIRU_FRONT_SIGNIN_LOGOUT_H

/*
 * Ends sessions: the broker forgets them and all credentials from them, and
 * tells their servers if it can.
 */

#include "base/core/err.h"

/* Ends the session of a server, by id or URL, or all for "", and says which, or
 * that there was none.  Without a broker there are no sessions.  A server's
 * refusal is only a warning: locally everything is forgotten. */
int logout_server(const char *server, struct err *e) MUST_CHECK;

#endif
