#ifndef MAIRU_FRONT_PROMPT_ANNOUNCE_H
#define MAIRU_FRONT_PROMPT_ANNOUNCE_H

/*
 * What a prompt tells of a change, line by line, each with "mairu: " before it
 * and none with a newline behind.
 */

#include "base/core/buf.h"
#include "front/environment/plan.h"
#include "front/environment/state.h"
#include "front/shell/quoting.h"

/* Appends a line, on one of its own. */
void announce_line(struct buf *out, const struct buf *line);

/* Appends a line of these words and a role, sanitised. */
void announce_role(
    struct buf *out, const char *words, const char *server, const char *role);

/* Which role is in force from now on, or which one no more; nothing when that
 * is the one of before, or with MAIRU_QUIET.  active: what the environment
 * says, or NULL. */
void announce_change(struct buf *out, const struct state *old,
    const struct state *next, const char *active);

/* What of a set of credentials does not come back, if anything. */
void announce_given_up(struct buf *out, const struct plan *plan);

/* Appends a sentence, if there is something in the way of a role's keys: a set
 * is given whole or not at all, and without a word an SDK would take another
 * account. */
void announce_kept_out(
    struct buf *out, const struct plan *plan, const char *role, enum shell sh);

/* Appends the names of what the broker keeps, with commas; no line. */
void announce_stashed(struct buf *out, const struct state *s);

#endif
