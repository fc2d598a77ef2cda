#ifndef MAIRU_FRONT_SIGNIN_SIGNIN_H
#define MAIRU_FRONT_SIGNIN_SIGNIN_H

/*
 * A login as a person goes through it: the broker runs it, and this shows
 * where to go, reads what a browser elsewhere ended at, and waits.
 */

#include <stdint.h>

#include "base/core/err.h"
#include "front/servers/target.h"
#include "front/signin/login_call.h"

struct signin {
	const char *server; /* id or URL; borrowed */
	enum login_grant_type grant;
	uint16_t port;	/* of the callback; 0: any */
	int force;	/* log in though there is a session */
	int no_browser; /* open none */
	int paste;	/* read the address; else only where one can't be
			   otherwise helped */

	/* Out: */
	char id[TARGET_NAME];
	int64_t expires; /* 0: it is not known */
	int renews;	 /* then that is the end of its token alone */
	int was;	 /* there was a session already */
};

/* Waits until the login has ended.  At Ctrl-C, SIGTERM, SIGHUP or SIGQUIT it
 * ends the login, unless somebody else waits for it, and dies of that signal.
 */
int signin_run(struct signin *s, struct err *e) MUST_CHECK;

/* Says on standard error how it is now. */
void signin_say(const struct signin *s);

/* Takes an --oauth-grant-type (NULL: none was given); ERR_USAGE says what
 * there is. */
int signin_grant(
    const char *type, enum login_grant_type *grant, struct err *e) MUST_CHECK;

/* The callback's port from $MAIRU_LOCAL_PORT; 0 when it is not set. */
int signin_port(uint16_t *port, struct err *e) MUST_CHECK;

#endif
