#ifndef MAIRU_FRONT_ENVIRONMENT_VARS_H
#define MAIRU_FRONT_ENVIRONMENT_VARS_H

/*
 * The variables that mairu sets, unsets and restores: the one list of them.
 */

#include <stddef.h>

enum var_id {
	VAR_FULL_URI,
	VAR_AUTH_TOKEN,
	VAR_ACTIVE_SERVER,
	VAR_ACTIVE_ROLE,
	VAR_ACTIVE_CONFIG,
	VAR_REGION,
	VAR_DEFAULT_REGION,
	/* The keys of static mode; in ecs mode they, like the rest, would win
	 * over the endpoint in some SDK. */
	VAR_ACCESS_KEY_ID,
	VAR_SECRET_ACCESS_KEY,
	VAR_SESSION_TOKEN,
	VAR_SECURITY_TOKEN,
	VAR_CREDENTIAL_EXPIRATION,
	VAR_PROFILE,
	VAR_DEFAULT_PROFILE,
	VAR_WEB_IDENTITY_TOKEN_FILE,
	VAR_ROLE_ARN,
	VAR_ROLE_SESSION_NAME,
	VAR_RELATIVE_URI,
	VAR_TOKEN_FILE,
	VAR_COUNT,
};

enum var_traits {
	VAR_SECRET = 1, /* its value is a secret */
	VAR_OURS = 2,	/* a name of mairu's: never the user's own */
	VAR_WINS = 4,  /* unset while a role is in force that does not set it */
	VAR_HEALS = 8, /* set again when it went missing */
	/* Members of one set: restored all together or not at all, so that
	 * no shell is left with half of one and half of another. */
	VAR_KEYS = 16,
	VAR_CONTAINER = 32,
	VAR_BUNDLES = VAR_KEYS | VAR_CONTAINER,
};

/* Where the hook's state lives. */
#define VAR_STATE "MAIRU_STATE"

const char *var_name(enum var_id id);
unsigned var_traits(enum var_id id);

/* All of them in the environment of this process, borrowed; NULL: not there.
 */
void vars_read(const char *now[VAR_COUNT]);

/* VAR_COUNT when it is none of ours. */
enum var_id var_find(const char *name, size_t len);

#endif
