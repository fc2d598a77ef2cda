#ifndef MAIRU_FRONT_ROLE_OBTAIN_H
#define MAIRU_FRONT_ROLE_OBTAIN_H

/*
 * Gets a role's credentials for a command: waits for them, explains long waits,
 * and starts a login if there is a user to ask.
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
	const char *token; /* identifies the role; the target is for display */
	int fresh;	   /* nothing cached */
	int lazy;	   /* don't renew ahead of time */
	int may_log_in;	   /* there is a user at this terminal */
	enum login_grant_type grant; /* for that login */
	int64_t wait_ms;	     /* for credentials, not for a login */
	const char *region;	     /* obtain_whoami(): STS region, or NULL */

	struct client client;
	int is_open;
};

/* Waits until there are credentials.  keys NULL: only that.  ERR_LOGIN: the
 * message has the command; ERR_TIMEOUT; ERR_NOT_FOUND: the token is not valid
 * (any more), or something is not configured. */
int obtain_keys(
    struct obtain *o, struct credentials *keys, struct err *e) MUST_CHECK;

/* The same by o->token, for the role in force, from a config or lent; clears
 * o->token.  ERR_REFUSED: the role is from `mairu exec`, so no other may
 * replace it. */
int obtain_in_force(
    struct obtain *o, struct credentials *keys, struct err *e) MUST_CHECK;

/* Waits in the same way until AWS has said whose credentials they are: the
 * answer to WIRE_WHOAMI, borrowed until obtain_close(). */
int obtain_whoami(
    struct obtain *o, struct message *w, struct err *e) MUST_CHECK;

/* The endpoint, for the life of this process, whatever program it executes. */
struct obtain_lent {
	char url[128];
	char token[BEARER_MAX];
};

int obtain_lent(
    struct obtain *o, struct obtain_lent *lent, struct err *e) MUST_CHECK;

/* obtain_keys() without keys, then obtain_lent() for the result. */
int obtain_lent_checked(
    struct obtain *o, struct obtain_lent *lent, struct err *e) MUST_CHECK;

/* Closes the connection, and wipes what it received. */
void obtain_close(struct obtain *o);

/* Converts --timeout, in seconds (NULL: the given default), to milliseconds;
 * ERR_USAGE. */
int obtain_timeout(
    const char *text, long seconds, int64_t *ms, struct err *e) MUST_CHECK;

#endif
