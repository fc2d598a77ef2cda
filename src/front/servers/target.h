#ifndef MAIRU_FRONT_SERVERS_TARGET_H
#define MAIRU_FRONT_SERVERS_TARGET_H

/*
 * Which server and role a command refers to.
 */

#include "base/config/project.h"
#include "base/core/err.h"
#include "front/trust/verdict.h"

enum {
	TARGET_NAME = 2049 /* of a server or a role, with NUL */
};

/* The server of the config here, which must be trusted unless it is denied;
 * else $MAIRU_SERVER; else the only one configured.  ERR_UNTRUSTED: the config
 * is not trusted; ERR_USAGE: there are several, and e names them;
 * ERR_NOT_FOUND: there is none. */
int target_server_here(char out[TARGET_NAME], struct err *e) MUST_CHECK;

/* The same for a role given by name: configs are ignored. */
int target_server(char out[TARGET_NAME], struct err *e) MUST_CHECK;

/* Copies a name from the command line; ERR_USAGE if empty or too long. */
int target_copy(
    char out[TARGET_NAME], const char *name, struct err *e) MUST_CHECK;

/* A role to use. */
struct target {
	char server[TARGET_NAME], role[TARGET_NAME];
	char chain[CHAIN_TEXT]; /* chain_text() */
	const char
	    *acts; /* the role the credentials are for: the chain's last */
	/* From a config; else NULL, NULL and PROJECT_ECS. */
	const char *config, *region;
	enum project_mode mode;
	struct verdict verdict; /* owns the strings from a config */
};

/* Each of these fills *t; release it whatever the result. */

/* The role of the config here.  confirm: a digest, or NULL: trusts a config
 * with these bytes from now on.  ERR_UNTRUSTED: it is not trusted;
 * ERR_NOT_FOUND: there is none. */
int target_auto(
    struct target *t, const char *confirm, struct err *e) MUST_CHECK;

/* The same, but prefers the config that the hook has put in force, if still
 * trusted.  ERR_NOT_FOUND inside `mairu exec ROLE`: no config describes that
 * role. */
int target_active(
    struct target *t, const char *confirm, struct err *e) MUST_CHECK;

/* The token of the role in force, borrowed from the environment, which points
 * to our endpoint; NULL if there is none.  Fills only the names to display in
 * *t, which needs no release. */
const char *target_token(struct target *t);

/* 1 if the role in force comes from no config. */
int target_is_lent(void);

/* The given role; server NULL: see target_server(). */
int target_role(struct target *t, const char *server, const char *role,
    struct err *e) MUST_CHECK;

/* Either, as typed: a role, or "auto", which takes no server. */
int target_chosen(struct target *t, const char *server, const char *role,
    const char *confirm, struct err *e) MUST_CHECK;

void target_release(struct target *t);

#endif
