#ifndef MAIRU_BASE_CONFIG_PROJECT_H
#define MAIRU_BASE_CONFIG_PROJECT_H

/*
 * A project's `.mairu.json`: finds the nearest one, reads it once and parses
 * it.  The bytes that are hashed are the bytes that are parsed.
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

	/* Set by project_parse(): */
	char *server, *role, *region, *account;
	enum project_mode mode;
	int has_mode;
	struct hop hops[PROJECT_MAX_HOPS];
	size_t n_hops;
	int hops_are_array;
	char *unknown[PROJECT_MAX_UNKNOWN]; /* unknown keys */
	size_t n_unknown;
};

void project_init(struct project *p);
void project_release(struct project *p);

/* Drops the result of project_parse(); keeps path, bytes and digest. */
void project_forget(struct project *p);

/* Finds and reads the config of the working directory or a parent.  Only the
 * nearest entry of that name counts, whatever kind of file it is.  0: p->path,
 * bytes and digest are set.  ERR_NOT_FOUND: there is none, or we can't tell
 * (the working directory is gone, or a parent is not searchable; e->sys_errno
 * says why).  Other errors: there is one, but it is unusable; p->path is set,
 * or "" when the path itself is too long (ERR_LIMIT). */
int project_find(struct project *p, struct err *e) MUST_CHECK;

/* The same for a path given by the user: a config file, or a directory to start
 * from.  The directory part is made physical; the last component stays as
 * given.  A file must be named PROJECT_NAME (ERR_USAGE): the search would never
 * find any other. */
int project_find_at(
    struct project *p, const char *where, struct err *e) MUST_CHECK;

/* Reads exactly this path, which is absolute and physical. */
int project_read(struct project *p, const char *path, struct err *e) MUST_CHECK;

/* Parses p->bytes.  ERR_FORMAT names every wrong key, what was found and what
 * was expected.  All strings are UTF-8 and safe to display: no control,
 * invisible or reordering characters (unknown keys are kept sanitised).  On
 * error nothing is set. */
int project_parse(struct project *p, struct err *e) MUST_CHECK;

/* The effective role: the last of the chain.  Needs a parsed project;
 * borrowed. */
const char *project_role(const struct project *p);

/* The digest as `allow --digest` and `--confirm-trust` take it: unpadded
 * base64url. */
#define PROJECT_DIGEST_TEXT 65
void project_digest_text(
    const unsigned char digest[HASH_SHA384], char out[PROJECT_DIGEST_TEXT]);

/* Appends "server X, role Y[, then HOP]...[, account A][, region R][, mode
 * static]"; hops as hop_describe() and values as text_value() print them, in at
 * most max columns each. */
void project_describe(const struct project *p, size_t max, struct buf *out);

/* The same, one item per line and never cut: nobody agrees to what they can't
 * see. */
void project_list(const struct project *p, struct buf *out);

/* 1 if it is unambiguous on one line: short, and nothing but plain words. */
int project_is_simple(const struct project *p);

/* The project a token is for; all borrowed. */
struct project_ref {
	const char *config;
	const unsigned char *digest; /* HASH_SHA384 bytes */
	const char *server, *role, *chain;
};

#endif
