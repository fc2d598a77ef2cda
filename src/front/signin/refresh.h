#ifndef MAIRU_FRONT_SIGNIN_REFRESH_H
#define MAIRU_FRONT_SIGNIN_REFRESH_H

/*
 * A session that is renewed now, before it would be.
 */

#include <stdint.h>

#include "base/core/err.h"
#include "front/servers/target.h"

struct refreshed {
	char id[TARGET_NAME];
	uint64_t expires; /* seconds since 1970; 0: until it is revoked */
};

/* Waits until the server has renewed that of this id or URL, and says after a
 * second what for.  ERR_LOGIN: there is none, or it can't be renewed. */
int refresh_session(
    const char *server, struct refreshed *n, struct err *e) MUST_CHECK;

/* Says until when it holds. */
void refresh_say(const struct refreshed *n, int utc);

#endif
