#ifndef MAIRU_FRONT_PROMPT_ANNOUNCE_H
#define MAIRU_FRONT_PROMPT_ANNOUNCE_H

/*
 * Messages about a change at a prompt: lines that begin with "mairu: ", without
 * a trailing newline.
 */

#include "base/core/buf.h"
#include "front/environment/plan.h"
#include "front/environment/state.h"
#include "front/shell/quoting.h"

/* Appends text on a line of its own. */
void announce_line(struct buf *out, const struct buf *line);

/* Appends a line with these words and a role, sanitised. */
void announce_role(
    struct buf *out, const char *words, const char *server, const char *role);

/* Appends which role is in force from now on, or no longer; nothing if it is
 * the same as before, or with MAIRU_QUIET.  active: the role in the
 * environment, or NULL. */
void announce_change(struct buf *out, const struct state *old,
    const struct state *next, const char *active);

/* Appends which members of a credential set are not restored, if any. */
void announce_given_up(struct buf *out, const struct plan *plan);

/* Appends a sentence if something keeps a role's keys out: a set is given whole
 * or not at all, and without this message an SDK would silently use another
 * account. */
void announce_kept_out(
    struct buf *out, const struct plan *plan, const char *role, enum shell sh);

/* Appends the names of the variables that the broker keeps, comma-separated;
 * not a line. */
void announce_stashed(struct buf *out, const struct state *s);

#endif
