#ifndef MAIRU_FRONT_SIGNIN_REFRESH_H
#define MAIRU_FRONT_SIGNIN_REFRESH_H

/*
 * A session that is renewed now, before it would be.
 */

#include "base/core/err.h"

/* Waits until the server has renewed that of this id or URL, says after a
 * second what for, and at the end until when it holds.  ERR_LOGIN: there is
 * none, or it can't be renewed. */
int refresh_session(const char *server, int utc, struct err *e) MUST_CHECK;

#endif
