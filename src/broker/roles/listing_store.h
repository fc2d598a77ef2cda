#ifndef MAIRU_BROKER_ROLES_LISTING_STORE_H
#define MAIRU_BROKER_ROLES_LISTING_STORE_H

/*
 * A list of roles in memory: tens of thousands of short texts, which live and
 * die together, in blocks.  Bounded; no secret is among them.
 */

#include <stddef.h>

#include "base/core/err.h"
#include "broker/kinds/provider.h"

enum {
	LISTING_MAX_BYTES = 16 * 1024 * 1024, /* of texts and roles */
	LISTING_MAX_NAME = 2048,	      /* of a role: REQUEST_NAME */
	LISTING_MAX_TEXT = 4096,      /* of another text; a longer one is cut */
	LISTING_MAX_TOKEN = 8 * 1024, /* of a page; it has to fit into a URL */
};

struct listing_block;

struct listing_store {
	struct listing_block *block; /* the newest */
	size_t bytes;
	const struct provider_role **at; /* in order */
	size_t n, cap;
};

/* A role of which it is not known yet where it stands. */
struct listing_node {
	struct provider_role role;
	struct listing_node *next;
};

/* A copy, or NULL of NULL.  ERR_LIMIT, ERR_NOMEM. */
int listing_store_text(struct listing_store *s, const char *text,
    const char **copy, struct err *e) MUST_CHECK;

/* The same of a page's token, of which a part is of no use: ERR_UPSTREAM. */
int listing_store_token(struct listing_store *s, const char *token,
    const char **copy, struct err *e) MUST_CHECK;

/* A copy of the role, whose account and account_name are taken from `of` where
 * they are equal.  ERR_UPSTREAM: its name is none that could be asked for. */
int listing_store_role(struct listing_store *s, const struct provider_role *r,
    const struct provider_page *of, struct listing_node **node,
    struct err *e) MUST_CHECK;

/* Puts the nodes behind those that stand there, in order; at most `most` in
 * all (ERR_LIMIT). */
int listing_store_append(struct listing_store *s,
    const struct listing_node *first, size_t most, struct err *e) MUST_CHECK;

void listing_store_release(struct listing_store *s);

#endif
