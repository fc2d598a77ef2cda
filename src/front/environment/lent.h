#ifndef MAIRU_FRONT_ENVIRONMENT_LENT_H
#define MAIRU_FRONT_ENVIRONMENT_LENT_H

/*
 * What `mairu exec` leaves in the environment for hooks in the shells that it
 * starts, and for a nested `mairu exec`: the process it became, the nearest
 * config, the nesting level, and the region that it set.
 *
 * While that process lives, the given role is in force there, and outside of
 * all projects; inside another project, that project's own role takes over.
 * Whoever types a role inside a project does not want the project's own;
 * whoever moves to another project has left the one the role was typed for.
 *
 * It is not part of the hook's state: there a project's role lies on top of it,
 * and a shell that loses that state still knows from this whose role it has.
 */

#include "front/environment/vars.h"

#define VAR_EXEC "MAIRU_EXEC"

enum lent {
	LENT_NONE,
	LENT_HERE,	/* the given role is in force */
	LENT_ELSEWHERE, /* it is restored on leaving */
	LENT_ENDED,	/* its process and role have ended */
};

/* For the program that this process becomes, with these variables; the region
 * variables are still the earlier ones.  config: "" for none. */
void lent_set(const char *const value[VAR_COUNT], const char *config);

/* What applies if that config ("" for none) is the nearest.  *holds: the
 * variables are still the given ones. */
enum lent lent_look(
    const char *const now[VAR_COUNT], const char *config, int *holds);

/* The current nesting level. */
long lent_level(void);

/* Undoes the regions that came with a role in force, from the hook or another
 * `mairu exec`: another role follows. */
void lent_leave_regions(void);

#endif
