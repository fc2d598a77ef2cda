#ifndef MAIRU_FRONT_SERVERS_SERVER_LIST_H
#define MAIRU_FRONT_SERVERS_SERVER_LIST_H

/*
 * The servers that are configured, as a list for a person or for a program.
 */

#include "base/config/servers.h"
#include "base/core/buf.h"

/* Appends a table as wide as standard output, of those that can be read. */
void server_list_text(struct buf *b, const struct servers *s);

/* Appends an array of them. */
void server_list_json(struct buf *b, const struct servers *s);

/* Says on standard error what a person has to mend, and what has no effect in
 * their files; 1 when some server cannot be used for it. */
int server_list_faults(const struct servers *s);

#endif
