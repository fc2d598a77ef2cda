#ifndef MAIRU_FRONT_ENVIRONMENT_PLAN_H
#define MAIRU_FRONT_ENVIRONMENT_PLAN_H

/*
 * What must change in a shell's environment: from its present values, what
 * the hook did before, and what the directory wants now.  A pure function, so
 * that its rules can be tested without a shell:
 *
 * - entering records everything that it sets or unsets; leaving restores it,
 *   absent and empty told apart;
 * - what the user changed in between is the user's, and stays; once changed
 *   back, it is as if it had never changed;
 * - within one config nothing is taken from the user twice, but what the
 *   role needs is set again if it goes missing;
 * - a set of credentials is restored whole or not at all, and keys are set
 *   whole or not at all: if the user has since set one of another set, or an
 *   endpoint, ours are removed.
 */

#include <stddef.h>

#include "front/environment/state.h"
#include "front/environment/vars.h"

/* The environment: each variable's value, NULL if absent. */
struct plan_env {
	const char *now[VAR_COUNT];
	int drop[VAR_COUNT]; /* ignore the value: unset unless wanted */
	int lent; /* `mairu exec` set a role before us: on leaving, its names
		     come back too */
};

/* What the directory wants; `value` NULL for what it doesn't set. */
struct plan_want {
	const char *config, *server, *role;
	const unsigned char *digest;
	const char *value[VAR_COUNT];
	int64_t expires, renew_at; /* of the keys, or 0 */
};

enum plan_op {
	PLAN_SET,
	PLAN_UNSET,
};

struct plan_step {
	enum var_id id;
	enum plan_op op;
	const char *value; /* borrowed from the inputs or from `next` */
	int restored;	   /* PLAN_SET to its original value */
	int first; /* PLAN_SET of an absent variable: the shell may have an
		      unexported one of that name */
	int last;  /* PLAN_UNSET that undoes such a step */
};

struct plan {
	struct plan_step step[VAR_COUNT];
	size_t n_steps;
	/* Not restored, since the user has set another of its set. */
	enum var_id given_up[VAR_COUNT];
	size_t n_given_up;
	/* The user's variable that keeps our keys out; VAR_COUNT: none. */
	enum var_id in_the_way;
	struct state next; /* the state to save; owned by the plan */
};

/* 1 if this config, with these bytes, is in force. */
int plan_same(const struct state *old, const struct plan_want *want);

/* want NULL: the directory wants nothing.  `old`, `env` and `want` must outlive
 * the plan.  Stashed originals in `old` that are to be restored must have been
 * resolved to STATE_VALUE (or STATE_ABSENT if lost); one still STATE_STASHED is
 * owed: it stays unset and remembered. */
void plan_make(struct plan *p, const struct state *old,
    const struct plan_env *env, const struct plan_want *want);
void plan_release(struct plan *p);

/* 1 if p->next holds originals that must go to the broker. */
int plan_has_secrets(const struct plan *p);

#endif
