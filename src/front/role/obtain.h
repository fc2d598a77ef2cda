#ifndef MAIRU_FRONT_ROLE_OBTAIN_H
#define MAIRU_FRONT_ROLE_OBTAIN_H

/*
 * Credentials of a role as a command needs them: waited for, with a word about
 * what takes so long, and after a login where a person may be asked for one.
 */

#include <stdint.h>

#include "base/core/bearer.h"
#include "base/core/err.h"
#include "front/client/client.h"
#include "front/role/credentials.h"
#include "front/servers/target.h"
#include "front/signin/login_call.h"

struct obtain {
	const struct target *target;
	const char *token; /* whose role it is; the target is to be shown */
	int fresh;	   /* nothing from memory */
	int lazy;	   /* not to be renewed ahead */
	int may_log_in;	   /* there is a person at this terminal */
	enum login_grant_type grant; /* of that login */
	int64_t wait_ms;	     /* for the credentials, not for a login */
	const char *region; /* obtain_whoami(): where STS is, or NULL */

	struct client client;
	int is_open;
};

/* Waits until there are credentials.  With keys == NULL they are not looked at
 * either.  ERR_LOGIN: the message has the command; ERR_TIMEOUT; ERR_NOT_FOUND:
 * the token is nobody's (any more), or something is not configured. */
int obtain_keys(
    struct obtain *o, struct credentials *keys, struct err *e) MUST_CHECK;

/* The same by o->token, for the role in force, be it of a config or lent; then
 * there is no token in *o any more.  ERR_REFUSED: `mairu exec` gave that role,
 * so that no other may take its place. */
int obtain_in_force(
    struct obtain *o, struct credentials *keys, struct err *e) MUST_CHECK;

/* Waits in the same way until AWS has said whom it takes them for: the answer
 * to WIRE_WHOAMI, borrowed until obtain_close(). */
int obtain_whoami(
    struct obtain *o, struct message *w, struct err *e) MUST_CHECK;

/* The endpoint, for as long as this process lives, whatever program it runs by
 * then. */
struct obtain_lent {
	char url[128];
	char token[BEARER_MAX];
};

int obtain_lent(
    struct obtain *o, struct obtain_lent *lent, struct err *e) MUST_CHECK;

/* obtain_keys() without keys, and then obtain_lent() of what that brought. */
int obtain_lent_checked(
    struct obtain *o, struct obtain_lent *lent, struct err *e) MUST_CHECK;

/* Closes the connection, and wipes what came over it. */
void obtain_close(struct obtain *o);

/* --timeout in seconds (NULL: so many by default) as milliseconds; ERR_USAGE.
 */
int obtain_timeout(
    const char *text, long seconds, int64_t *ms, struct err *e) MUST_CHECK;

#endif
