#ifndef MAIRU_FRONT_SERVERS_TARGET_H
#define MAIRU_FRONT_SERVERS_TARGET_H

/*
 * Which server, and which role, a command means.
 */

#include "base/config/project.h"
#include "base/core/err.h"
#include "front/trust/verdict.h"

enum {
	TARGET_NAME = 2049 /* of a server or a role, its NUL included */
};

/* That of the config here, which must be trusted unless it is denied; else
 * $MAIRU_SERVER; else the only one that is configured.  ERR_UNTRUSTED: the
 * config is not trusted; ERR_USAGE: there are several, and e names them;
 * ERR_NOT_FOUND: there is none. */
int target_server_here(char out[TARGET_NAME], struct err *e) MUST_CHECK;

/* The same for a role that was given, which no config has to do with. */
int target_server(char out[TARGET_NAME], struct err *e) MUST_CHECK;

/* Copies a name that was given; ERR_USAGE when it is empty or too long. */
int target_copy(
    char out[TARGET_NAME], const char *name, struct err *e) MUST_CHECK;

/* A role to act in. */
struct target {
	char server[TARGET_NAME], role[TARGET_NAME];
	char chain[CHAIN_TEXT]; /* chain_text() */
	const char *acts; /* whose credentials they are: the chain's last */
	/* Of a config; else NULL, NULL and PROJECT_ECS. */
	const char *config, *region;
	enum project_mode mode;
	struct verdict verdict; /* owns what a config said */
};

/* Each fills *t, which is to be released whatever the result. */

/* What the config here says.  confirm: a digest, or NULL: a config of these
 * bytes is trusted from now on.  ERR_UNTRUSTED: it is not trusted;
 * ERR_NOT_FOUND: there is none. */
int target_auto(
    struct target *t, const char *confirm, struct err *e) MUST_CHECK;

/* The same, but the config that the hook has put in force comes first, as long
 * as it is trusted.  ERR_NOT_FOUND in what `mairu exec ROLE` runs: whatever a
 * config says, it is not that role. */
int target_active(
    struct target *t, const char *confirm, struct err *e) MUST_CHECK;

/* The token of the role in force, borrowed from the environment, which points
 * to our endpoint; NULL when there is none.  Of *t no more is filled than the
 * names to be shown; it needs no release. */
const char *target_token(struct target *t);

/* 1 when the role in force comes from no config. */
int target_is_lent(void);

/* The role given; server NULL: as target_server() has it. */
int target_role(struct target *t, const char *server, const char *role,
    struct err *e) MUST_CHECK;

/* One of both, as it was typed: a role, or "auto", to which no server
 * belongs. */
int target_chosen(struct target *t, const char *server, const char *role,
    const char *confirm, struct err *e) MUST_CHECK;

void target_release(struct target *t);

#endif
