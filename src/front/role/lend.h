#ifndef MAIRU_FRONT_ROLE_LEND_H
#define MAIRU_FRONT_ROLE_LEND_H

/*
 * A role that is lent to the command which takes the place of this process:
 * chosen by a config or by who typed it, waited for, and put into the
 * environment, in which a mark tells hooks about it.
 */

#include "base/core/err.h"
#include "front/environment/default_profile.h"
#include "front/role/credentials.h"
#include "front/role/obtain.h"
#include "front/servers/target.h"

struct lend {
	/* As it was typed; NULL: it was not. */
	const char *role; /* or "auto" */
	const char *server, *mode, *region, *timeout, *grant, *confirm;
	const struct cmd_line *line;
	size_t assume;	  /* where its hops are among the options of line */
	const char *path; /* of the command; for a message */
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

/* Chooses the role, which asks a person about a config that is not trusted yet,
 * and waits for its credentials.  Everything that can be known before that is
 * refused before: ERR_USAGE, ERR_LIMIT when too many of them run in one
 * another, ERR_REFUSED when something on this machine wins over the role.
 * All else as obtain.h and target.h have it. */
int lend_role(struct lend *l, struct err *e) MUST_CHECK;

/* Puts it into the environment; whatever else could lead a program to another
 * account goes. */
void lend_environment(struct lend *l);

/* Wipes what is secret; the environment stays. */
void lend_release(struct lend *l);

#endif
