#ifndef MAIRU_FRONT_ENVIRONMENT_PLAN_H
#define MAIRU_FRONT_ENVIRONMENT_PLAN_H

/*
 * What must change in a shell's environment: from how it is, what the hook
 * did before, and what the directory wants now.  A pure function, so that its
 * rules can be tested without a shell:
 *
 * - entering takes note of everything that it sets or unsets; leaving puts it
 *   back as it was, absent and empty told apart;
 * - what the user changed in between is the user's, and stays; changed back
 *   it is as if it had not been;
 * - within one config nothing is taken from the user twice, but what the
 *   role needs comes back when it went missing;
 * - a set of credentials is restored whole or not at all, and keys are set
 *   whole or not at all: where the user has put one of another set since, or
 *   the way to an endpoint, ours go.
 */

#include <stddef.h>

#include "front/environment/state.h"
#include "front/environment/vars.h"

/* The environment: the value of each variable, NULL for absent. */
struct plan_env {
	const char *now[VAR_COUNT];
	int drop[VAR_COUNT]; /* not to be believed: unset unless wanted */
	int lent;	     /* `mairu exec` put a role in force before us: on
				leaving its names come back too */
};

/* What the directory wants; `value` NULL for what it does not set. */
struct plan_want {
	const char *config, *server, *role;
	const unsigned char *digest;
	const char *value[VAR_COUNT];
	int64_t expires, renew_at; /* of the keys among them, or 0 */
};

enum plan_op {
	PLAN_SET,
	PLAN_UNSET,
};

struct plan_step {
	enum var_id id;
	enum plan_op op;
	const char *value; /* borrowed from the inputs or from `next` */
	int restored;	   /* PLAN_SET to what it was before */
	int first;	   /* PLAN_SET of what the environment lacks: a shell
			      may have a variable of that name unexported */
	int last;	   /* PLAN_UNSET that undoes such a step */
};

struct plan {
	struct plan_step step[VAR_COUNT];
	size_t n_steps;
	/* What stays away, since the user has put another of its set. */
	enum var_id given_up[VAR_COUNT];
	size_t n_given_up;
	/* The user's own, beside which no key is set; VAR_COUNT: none. */
	enum var_id in_the_way;
	struct state next; /* to be remembered; owned by the plan */
};

/* 1 when these are the config and bytes in force. */
int plan_same(const struct state *old, const struct plan_want *want);

/* want NULL: the directory wants nothing.  `old`, `env` and `want` outlive the
 * plan.  Stashed originals of `old` that are to be restored must have been
 * resolved to STATE_VALUE (or STATE_ABSENT when they are lost); one that is
 * still STATE_STASHED is owed: it stays unset and remembered. */
void plan_make(struct plan *p, const struct state *old,
    const struct plan_env *env, const struct plan_want *want);
void plan_release(struct plan *p);

/* 1 when p->next holds originals that must go to the broker. */
int plan_has_secrets(const struct plan *p);

#endif
