#ifndef MAIRU_FRONT_SIGNIN_REFRESH_H
#define MAIRU_FRONT_SIGNIN_REFRESH_H

/*
 * Renews a session now, before it is due.
 */

#include "base/core/err.h"

/* Waits until the server has renewed the session of this id or URL; after a
 * second, says what it waits for, and at the end how long the session is
 * valid.  ERR_LOGIN: there is none, or it can't be renewed. */
int refresh_session(const char *server, int utc, struct err *e) MUST_CHECK;

#endif
