#ifndef MAIRU_FRONT_SIGNIN_H
#define MAIRU_FRONT_SIGNIN_H

/*
 * A login as a person goes through it: the broker runs it, and this shows
 * where to go and waits.
 */

#include <stdint.h>

#include "base/err.h"
#include "front/target.h"

struct signin {
	const char *server; /* id or URL; borrowed */
	uint16_t port;	    /* of the callback; 0: any */
	int force;	    /* log in though there is a session */
	int no_browser;	    /* only show the URL */

	/* Out: */
	char id[TARGET_NAME];
	int64_t expires; /* 0: it is not known */
	int was;	 /* there was a session already */
};

/* Waits until the login has ended.  At Ctrl-C, SIGTERM or SIGHUP it ends the
 * login, unless somebody else waits for it, and dies of that signal. */
int signin_run(struct signin *s, struct err *e) MUST_CHECK;

/* Says on standard error how it is now. */
void signin_say(const struct signin *s);

/* Checks an --oauth-grant-type (NULL: none was given); ERR_USAGE says what
 * there is. */
int signin_grant(const char *type, struct err *e) MUST_CHECK;

/* The callback's port from $MAIRU_LOCAL_PORT; 0 when it is not set. */
int signin_port(uint16_t *port, struct err *e) MUST_CHECK;

#endif
