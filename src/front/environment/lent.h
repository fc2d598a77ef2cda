#ifndef MAIRU_FRONT_ENVIRONMENT_LENT_H
#define MAIRU_FRONT_ENVIRONMENT_LENT_H

/*
 * What `mairu exec` leaves in the environment for a hook in the shells that it
 * starts, and for another `mairu exec`: which process it became, which config
 * was the nearest one, how many of them run in one another, and the region that
 * it set.
 *
 * As long as that process lives the role that was given holds there, and
 * outside of all projects; another project's own takes over inside of that.
 * Who typed a role in a project did not mean that project's; who goes to
 * another one has left what it was typed for.
 *
 * It is no part of the hook's state: a project's role lies above it there, and
 * a shell that loses that state knows by this one whose role it still has.
 */

#include "front/environment/vars.h"

#define VAR_EXEC "MAIRU_EXEC"

enum lent {
	LENT_NONE,
	LENT_HERE,	/* the role that was given holds */
	LENT_ELSEWHERE, /* it is put back on leaving */
	LENT_ENDED,	/* so has its role */
};

/* For the program that this process becomes, with these variables; those of
 * regions are yet as they were before.  config: "" for none. */
void lent_set(const char *const value[VAR_COUNT], const char *config);

/* What holds where that config ("" for none) is the nearest.  *holds: the
 * variables are still those that were given. */
enum lent lent_look(
    const char *const now[VAR_COUNT], const char *config, int *holds);

/* How many run in one another so far. */
long lent_level(void);

/* Takes back the regions that came with a role in force, by the hook or by
 * another `mairu exec`: what follows is for another role. */
void lent_leave_regions(void);

#endif
