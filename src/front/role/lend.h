#ifndef MAIRU_FRONT_ROLE_LEND_H
#define MAIRU_FRONT_ROLE_LEND_H

/*
 * A role lent to the command that replaces this process: chosen by a config or
 * on the command line, waited for, and put into the environment, with a mark
 * for hooks.
 */

#include "base/core/err.h"
#include "front/environment/default_profile.h"
#include "front/role/credentials.h"
#include "front/role/obtain.h"
#include "front/servers/target.h"

struct lend {
	/* As typed; NULL: not given. */
	const char *role; /* or "auto" */
	const char *server, *mode, *region, *timeout, *grant, *confirm;
	const struct cmd_line *line;
	size_t assume;	  /* index of its hop options in line */
	const char *path; /* of the command; for messages */
	int show_auto, unchecked, allow_shadow;
	/* fresh, lazy and may_log_in are the caller's to set. */
	struct obtain obtain;
	/* its own: */
	struct target target;
	enum project_mode in_mode;
	struct default_profile shadow;
	struct credentials keys; /* in static mode */
	struct obtain_lent lent; /* in ecs mode */
};

/* Chooses the role, asking the user about a config that is not trusted yet, and
 * waits for its credentials.  Fails early wherever possible: ERR_USAGE;
 * ERR_LIMIT if nested too deep; ERR_REFUSED if something on this machine wins
 * over the role.  Otherwise as in obtain.h and target.h. */
int lend_role(struct lend *l, struct err *e) MUST_CHECK;

/* Puts it into the environment; removes everything else that could lead a
 * program to another account. */
void lend_environment(struct lend *l);

/* Wipes secrets; the environment stays. */
void lend_release(struct lend *l);

#endif
