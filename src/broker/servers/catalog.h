#ifndef MAIRU_BROKER_SERVERS_CATALOG_H
#define MAIRU_BROKER_SERVERS_CATALOG_H

/*
 * The servers of servers.d as the broker knows them: read when asked, and
 * again when a file there changed.
 *
 * A token belongs to what the file said when it was issued.  A server's
 * identity is a hash over all that decides where a token goes and whose it is
 * (id, URL, kind, client, endpoints); when an edit changes it, the old session
 * and credentials do not belong to it any more.
 */

#include <stdint.h>

#include "base/config/servers.h"
#include "base/core/err.h"
#include "base/core/hash.h"
#include "base/core/secret.h"

struct catalog;
struct files;
struct loop;

/* The loop's clock is all that is used of it. */
int catalog_new(struct catalog **c, struct loop *loop, struct slab *slab,
    struct err *e) MUST_CHECK;
void catalog_free(struct catalog *c);

/* Who looks from now on; at first it is the catalog itself. */
void catalog_through(struct catalog *c, struct files *files);

struct catalog_entry {
	const struct servers_entry *server; /* borrowed */
	unsigned char identity[HASH_SHA256];
};

/* Finds a server by id or URL, as servers_find() does.  What it fills is
 * borrowed until the next call of either.  Looks at the files at most once a
 * second (and, for a name that it does not find, at once).  Where they can't be
 * looked at in time what was loaded of them stays as it was; ERR_TIMEOUT when
 * the name is none of that. */
int catalog_find(struct catalog *c, const char *name,
    struct catalog_entry *found, struct err *e) MUST_CHECK;

/* The one that has this identity now.  ERR_NOT_FOUND when none has: its file
 * is gone, or says something else. */
int catalog_identified(struct catalog *c,
    const unsigned char identity[HASH_SHA256], struct catalog_entry *found,
    struct err *e) MUST_CHECK;

/* Loads it if nothing is loaded, so that the first question finds it. */
void catalog_warm(struct catalog *c);

/* The next call of either looks at the files in any case; catalog_find() is
 * then not content with what was loaded before. */
void catalog_stale(struct catalog *c);

#endif
