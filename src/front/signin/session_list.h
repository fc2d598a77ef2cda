#ifndef MAIRU_FRONT_SIGNIN_SESSION_LIST_H
#define MAIRU_FRONT_SIGNIN_SESSION_LIST_H

/*
 * Where one is logged in, and for how long, as a list for a person or for a
 * program.
 */

#include "base/core/buf.h"
#include "front/signin/logged_in.h"

/* By id; of two, the one that holds first. */
void session_list_sort(struct logged_in *l);

/* Appends a table as wide as standard output, or nothing without a session. */
void session_list_text(struct buf *b, const struct logged_in *l, int utc);

/* Appends an array, times in UTC. */
void session_list_json(struct buf *b, const struct logged_in *l);

#endif
