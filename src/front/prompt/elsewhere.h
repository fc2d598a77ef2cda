#ifndef MAIRU_FRONT_PROMPT_ELSEWHERE_H
#define MAIRU_FRONT_PROMPT_ELSEWHERE_H

/*
 * Whether this shell's mairu lives elsewhere than its user expects: a project
 * may have set XDG_CONFIG_HOME, XDG_STATE_HOME or HOME, and then other servers
 * and another trust hold.  Expected are the directories that the hook was
 * loaded with, in the first shell of those that lie one in another, and by
 * default those of the login's HOME, which /etc/passwd tells.  A shell that
 * was started with another HOME has read its rc files there: nothing of ours
 * would help it.
 */

#include "base/core/buf.h"
#include "front/environment/state.h"

/* 1 when it does: a sentence that says where is appended. */
int elsewhere_find(struct buf *out);

/* The same once in a shell for the same directories; next remembers it. */
int elsewhere_tell(
    const struct state *old, struct state *next, struct buf *line);

#endif
