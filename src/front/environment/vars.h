#ifndef MAIRU_FRONT_ENVIRONMENT_VARS_H
#define MAIRU_FRONT_ENVIRONMENT_VARS_H

/*
 * The list of variables that mairu sets, unsets and restores.
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
	/* The keys of static mode; in ecs mode these, and the rest, would win
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
	VAR_SECRET = 1, /* the value is secret */
	VAR_OURS = 2,	/* mairu's own name: never the user's */
	VAR_WINS = 4,	/* unset while a role is in force that doesn't set it */
	VAR_HEALS = 8,	/* set again if it goes missing */
	/* Members of a set: restored together or not at all, so that no shell
	 * is left with half of each. */
	VAR_KEYS = 16,
	VAR_CONTAINER = 32,
	VAR_BUNDLES = VAR_KEYS | VAR_CONTAINER,
};

/* Holds the hook's state. */
#define VAR_STATE "MAIRU_STATE"

const char *var_name(enum var_id id);
unsigned var_traits(enum var_id id);

/* Reads all of them from this process's environment, borrowed; NULL: absent. */
void vars_read(const char *now[VAR_COUNT]);

/* VAR_COUNT if it is not one of ours. */
enum var_id var_find(const char *name, size_t len);

#endif
