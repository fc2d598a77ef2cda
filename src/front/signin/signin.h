#ifndef MAIRU_FRONT_SIGNIN_SIGNIN_H
#define MAIRU_FRONT_SIGNIN_SIGNIN_H

/*
 * An interactive login: the broker runs it; this shows where to go, reads the
 * address that a browser elsewhere ended at, and waits.
 */

#include <stdint.h>

#include "base/core/err.h"
#include "front/servers/target.h"
#include "front/signin/login_call.h"

struct signin {
	const char *server; /* id or URL; borrowed */
	enum login_grant_type grant;
	uint16_t port;	/* callback port; 0: any */
	int force;	/* log in even if there is a session */
	int no_browser; /* don't open one */
	int paste; /* always read the address; else only if there is no other
		      way */

	/* Out: */
	char id[TARGET_NAME];
	int64_t expires; /* 0: unknown */
	int renews;	 /* then only the token expires */
	int was;	 /* there already was a session */
};

/* Waits until the login has ended.  On Ctrl-C, SIGTERM, SIGHUP or SIGQUIT it
 * ends the login, unless somebody else waits for it, and dies of that signal.
 */
int signin_run(struct signin *s, struct err *e) MUST_CHECK;

/* Prints the resulting session on standard error. */
void signin_say(const struct signin *s);

/* Parses --oauth-grant-type (NULL: not given); ERR_USAGE lists the choices. */
int signin_grant(
    const char *type, enum login_grant_type *grant, struct err *e) MUST_CHECK;

/* The callback's port from $MAIRU_LOCAL_PORT; 0 if not set. */
int signin_port(uint16_t *port, struct err *e) MUST_CHECK;

#endif
