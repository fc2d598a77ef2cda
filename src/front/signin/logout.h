#ifndef MAIRU_FRONT_SIGNIN_LOGOUT_H
#define MAIRU_FRONT_SIGNIN_LOGOUT_H

/*
 * The end of sessions: the broker forgets them and every credential that came
 * from them, and tells their servers where it can.
 */

#include "base/core/err.h"

/* Ends that of a server, by its id or URL, or with "" all, and says which they
 * were, or that there was none.  No broker has no session.  What a server did
 * not take is a warning: here everything is forgotten. */
int logout_server(const char *server, struct err *e) MUST_CHECK;

#endif
