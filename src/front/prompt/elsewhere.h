#ifndef MAIRU_FRONT_PROMPT_ELSEWHERE_H
#define MAIRU_FRONT_PROMPT_ELSEWHERE_H

/*
 * Whether this shell's mairu uses other directories than its user expects: a
 * project may have set XDG_CONFIG_HOME, XDG_STATE_HOME or HOME, so that other
 * servers and another trust store apply.  Expected are the directories that the
 * hook was loaded with, in the outermost of nested shells, and by default those
 * of the login's HOME in /etc/passwd.  A shell started with another HOME has
 * read its rc files there: nothing we do would help.
 */

#include "base/core/buf.h"
#include "front/environment/state.h"

/* 1 if so; appends a sentence that says where. */
int elsewhere_find(struct buf *out);

/* The same, once per shell for the same directories; next remembers it. */
int elsewhere_tell(
    const struct state *old, struct state *next, struct buf *line);

#endif
