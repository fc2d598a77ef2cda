#ifndef MAIRU_FRONT_SIGNIN_SESSION_LIST_H
#define MAIRU_FRONT_SIGNIN_SESSION_LIST_H

/*
 * Where the user is logged in, and for how long, as text or as JSON.
 */

#include "base/core/buf.h"
#include "front/signin/logged_in.h"

/* By id; a valid session before an ended one. */
void session_list_sort(struct logged_in *l);

/* Appends a table, as wide as standard output; nothing without a session. */
void session_list_text(struct buf *b, const struct logged_in *l, int utc);

/* Appends an array, times in UTC. */
void session_list_json(struct buf *b, const struct logged_in *l);

#endif
