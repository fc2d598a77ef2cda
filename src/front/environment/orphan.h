#ifndef MAIRU_FRONT_ENVIRONMENT_ORPHAN_H
#define MAIRU_FRONT_ENVIRONMENT_ORPHAN_H

/*
 * A role that the hook gave, in an environment whose state is gone: the
 * variables are ours by their form, so they are never taken for what the user
 * had, and they go where no project wants them.  What `mairu exec` gave to a
 * command has the same form and no state either: see lent.h.
 */

#include "front/environment/state.h"
#include "front/environment/vars.h"

/* Sets drop[] for what is ours of an environment that has no state, or one of
 * no role.  lent: a role that `mairu exec` gave holds in it, so that none is.
 * Returns 1 when there is any; costs nothing to speak of where there is none.
 */
int orphan_find(
    const char *const now[VAR_COUNT], int lent, int drop[VAR_COUNT]);

/* Where there is any in a project that wants these values: what is as it wants
 * was given by it too, such as its region, which has no form of its own. */
void orphan_given(const char *const now[VAR_COUNT],
    const char *const want[VAR_COUNT], int drop[VAR_COUNT]);

#endif
