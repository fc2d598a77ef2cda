#ifndef MAIRU_FRONT_SERVERS_SERVER_LIST_H
#define MAIRU_FRONT_SERVERS_SERVER_LIST_H

/*
 * The configured servers, as text or as JSON.
 */

#include "base/config/servers.h"
#include "base/core/buf.h"

/* Appends a table, as wide as standard output, of the readable ones. */
void server_list_text(struct buf *b, const struct servers *s);

/* Appends an array of them. */
void server_list_json(struct buf *b, const struct servers *s);

/* Reports on standard error what the user has to fix, and what has no effect in
 * the files; 1 if that makes some server unusable. */
int server_list_faults(const struct servers *s);

#endif
