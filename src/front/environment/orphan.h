#ifndef MAIRU_FRONT_ENVIRONMENT_ORPHAN_H
#define MAIRU_FRONT_ENVIRONMENT_ORPHAN_H

/*
 * A role from the hook in an environment whose state is lost: the variables are
 * recognisably ours, so they are never taken for the user's originals, and are
 * removed where no project wants them.  Variables from `mairu exec` look the
 * same and have no state either: see lent.h.
 */

#include "front/environment/state.h"
#include "front/environment/vars.h"

/* Sets drop[] for our variables in an environment without state, or whose state
 * has no role.  lent: a role from `mairu exec` is in force, so none is
 * dropped.  Returns 1 if any is; next to free if there are none. */
int orphan_find(
    const char *const now[VAR_COUNT], int lent, int drop[VAR_COUNT]);

/* If there are any in a project that wants these values: variables that match
 * are ours too, such as its region, which is not recognisable. */
void orphan_given(const char *const now[VAR_COUNT],
    const char *const want[VAR_COUNT], int drop[VAR_COUNT]);

#endif
