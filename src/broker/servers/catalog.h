#ifndef MAIRU_BROKER_SERVERS_CATALOG_H
#define MAIRU_BROKER_SERVERS_CATALOG_H

/*
 * The broker's view of servers.d: read on demand, and again when a file there
 * has changed.
 *
 * A token belongs to the server as its file described it when the token was
 * issued.  A server's identity is a hash over everything that decides where a
 * token goes and whose it is (id, URL, kind, client, endpoints); if an edit
 * changes it, the old session and credentials no longer belong to the server.
 */

#include <stdint.h>

#include "base/config/servers.h"
#include "base/core/err.h"
#include "base/core/hash.h"
#include "base/core/secret.h"

struct catalog;
struct files;
struct loop;

/* Only the loop's clock is used. */
int catalog_new(struct catalog **c, struct loop *loop, struct slab *slab,
    struct err *e) MUST_CHECK;
void catalog_free(struct catalog *c);

/* From now on reads through files; initially the catalog reads by itself. */
void catalog_through(struct catalog *c, struct files *files);

struct catalog_entry {
	const struct servers_entry *server; /* borrowed */
	unsigned char identity[HASH_SHA256];
};

/* Finds a server by id or URL, as servers_find() does.  *found is borrowed
 * until the next call of either.  Checks the files at most once a second (but
 * at once for an unknown name).  If that times out, what was loaded before is
 * used; ERR_TIMEOUT if the name is not in it. */
int catalog_find(struct catalog *c, const char *name,
    struct catalog_entry *found, struct err *e) MUST_CHECK;

/* Finds the server that has this identity now.  ERR_NOT_FOUND: its file is gone
 * or has changed. */
int catalog_identified(struct catalog *c,
    const unsigned char identity[HASH_SHA256], struct catalog_entry *found,
    struct err *e) MUST_CHECK;

/* Loads it if nothing is loaded yet, so that the first lookup is quick. */
void catalog_warm(struct catalog *c);

/* The next call of either checks the files in any case; catalog_find() then
 * does not fall back to what was loaded before. */
void catalog_stale(struct catalog *c);

#endif
