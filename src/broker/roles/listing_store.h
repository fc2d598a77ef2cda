#ifndef MAIRU_BROKER_ROLES_LISTING_STORE_H
#define MAIRU_BROKER_ROLES_LISTING_STORE_H

/*
 * A list of roles in memory: tens of thousands of short strings, allocated in
 * blocks and freed together.  Bounded; contains no secrets.
 */

#include <stddef.h>

#include "base/core/err.h"
#include "broker/kinds/provider.h"

enum {
	LISTING_MAX_BYTES = 16 * 1024 * 1024, /* of strings and roles */
	LISTING_MAX_NAME = 2048,	      /* of a role: REQUEST_NAME */
	LISTING_MAX_TEXT = 4096,      /* of other strings; longer ones are
					 cut */
	LISTING_MAX_TOKEN = 8 * 1024, /* of a page; must fit into a URL */
};

struct listing_block;

struct listing_store {
	struct listing_block *block; /* the newest */
	size_t bytes;
	const struct provider_role **at; /* in order */
	size_t n, cap;
};

/* A role whose position is not known yet. */
struct listing_node {
	struct provider_role role;
	struct listing_node *next;
};

/* Copies a string; NULL gives NULL.  ERR_LIMIT, ERR_NOMEM. */
int listing_store_text(struct listing_store *s, const char *text,
    const char **copy, struct err *e) MUST_CHECK;

/* The same for a page's token, which cannot be cut: ERR_UPSTREAM. */
int listing_store_token(struct listing_store *s, const char *token,
    const char **copy, struct err *e) MUST_CHECK;

/* Copies the role, sharing account and account_name with `of` if equal.
 * ERR_UPSTREAM: a role of this name could not be requested. */
int listing_store_role(struct listing_store *s, const struct provider_role *r,
    const struct provider_page *of, struct listing_node **node,
    struct err *e) MUST_CHECK;

/* Appends the nodes in order; at most `most` in total (ERR_LIMIT). */
int listing_store_append(struct listing_store *s,
    const struct listing_node *first, size_t most, struct err *e) MUST_CHECK;

void listing_store_release(struct listing_store *s);

#endif
