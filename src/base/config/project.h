#ifndef MAIRU_BASE_CONFIG_PROJECT_H
#define MAIRU_BASE_CONFIG_PROJECT_H

/*
 * A project's `.mairu.json`: finding the nearest one, reading it once, and
 * what it says.  The bytes that are hashed are the bytes that are parsed.
 */

#include <limits.h>
#include <stddef.h>

#include "base/config/chain.h"
#include "base/config/hop.h"
#include "base/core/buf.h"
#include "base/core/err.h"
#include "base/core/hash.h"

#define PROJECT_NAME ".mairu.json"

enum {
	PROJECT_MAX_BYTES = 64 * 1024,
	PROJECT_MAX_HOPS = CHAIN_MAX_HOPS,
	PROJECT_MAX_UNKNOWN = 8,
};

enum project_mode {
	PROJECT_ECS,
	PROJECT_STATIC
};

struct project {
	char path[PATH_MAX]; /* physical directory plus the name */
	struct buf bytes;    /* as read */
	unsigned char digest[HASH_SHA384];

	/* From here on only after project_parse(). */
	char *server, *role, *region, *account;
	enum project_mode mode;
	int has_mode;
	struct hop hops[PROJECT_MAX_HOPS];
	size_t n_hops;
	int hops_are_array;
	char *unknown[PROJECT_MAX_UNKNOWN]; /* keys that we do not honour */
	size_t n_unknown;
};

void project_init(struct project *p);
void project_release(struct project *p);

/* Drops what project_parse() found; path, bytes and digest stay. */
void project_forget(struct project *p);

/* Finds and reads the config of the working directory or a parent: the
 * nearest thing of that name counts, alone, whatever it is.
 * 0: p->path, bytes and digest are set.  ERR_NOT_FOUND: there is none, or
 * what is there can't be seen (the working directory is gone, a parent is not
 * searchable: then e->sys_errno says why).  Others: there is one and it is not
 * usable; p->path is set, or "" when the path itself is too long to be told
 * (ERR_LIMIT). */
int project_find(struct project *p, struct err *e) MUST_CHECK;

/* The same for a path that a person gave: a config file, or a directory in
 * which (or above which) to look.  The directory is made physical; the last
 * component stays as given.  A file's last component must be PROJECT_NAME
 * (ERR_USAGE): no other file would ever be found. */
int project_find_at(
    struct project *p, const char *where, struct err *e) MUST_CHECK;

/* Reads exactly p->path, which is absolute and physical. */
int project_read(struct project *p, const char *path, struct err *e) MUST_CHECK;

/* Parses p->bytes.  ERR_FORMAT names the wrong key, what was found and what
 * was expected; all wrong keys, not only the first.  Every string is UTF-8 and
 * shows as it is: no control, invisible or reordering characters (a key that
 * is not honoured is kept sanitised).  On an error nothing is parsed. */
int project_parse(struct project *p, struct err *e) MUST_CHECK;

/* The role that acts: the last of a chain.  Of a project that was parsed;
 * borrowed from it. */
const char *project_role(const struct project *p);

/* The digest as `allow --digest` and `--confirm-trust` have it: unpadded
 * base64url. */
#define PROJECT_DIGEST_TEXT 65
void project_digest_text(
    const unsigned char digest[HASH_SHA384], char out[PROJECT_DIGEST_TEXT]);

/* Appends "server X, role Y[, then HOP]...[, account A][, region R][, mode
 * static]"; a hop is as hop_describe() has it, values are as text_value() has
 * them, of max columns each. */
void project_describe(const struct project *p, size_t max, struct buf *out);

/* The same, each on a line of its own, and whole: what is left out of sight is
 * not agreed to. */
void project_list(const struct project *p, struct buf *out);

/* 1 when nobody can take one thing in it for another on one line: it is short,
 * and all that it says is plain words. */
int project_is_simple(const struct project *p);

/* Which project a token is for; all borrowed. */
struct project_ref {
	const char *config;
	const unsigned char *digest; /* HASH_SHA384 bytes */
	const char *server, *role, *chain;
};

#endif
