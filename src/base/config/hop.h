#ifndef MAIRU_BASE_CONFIG_HOP_H
#define MAIRU_BASE_CONFIG_HOP_H

/*
 * One hop of a role chain: what sts:AssumeRole is told.  As it stands in
 * `.mairu.json`, in a trust record, and in the text of a chain that goes to
 * the broker.
 */

#include <stddef.h>

#include "base/config/intake.h"
#include "base/core/json.h"
#include "base/core/jsonout.h"

enum {
	HOP_MAX_TAGS = 50, /* these are limits of the service */
	HOP_MAX_POLICIES = 10,
};

struct hop_tag {
	char *key, *value;
};

/* Members that are not given are NULL or 0. */
struct hop {
	char *role_arn;
	char *external_id;
	char *role_session_name;
	long duration_seconds;
	char *source_identity;
	char *policy; /* JSON, as a string */
	char **policy_arns;
	size_t n_policy_arns;
	struct hop_tag *tags;
	size_t n_tags;
	char **transitive_tag_keys;
	size_t n_transitive_tag_keys;
};

/* Frees what is in it, and leaves it empty. */
void hop_release(struct hop *h);

/* Where keys go that are not honoured, as intake_unknown() has it. */
struct hop_unknown {
	char **names;
	size_t *n, max;
};

/* Fills *h, which is empty, from an object.  `name` is its place in the file:
 * "assume_role[1]".  What is wrong is a fault of `in`. */
void hop_take(struct intake *in, const struct json_value *v, const char *name,
    struct hop *h, const struct hop_unknown *unknown);

/* Writes it as an object, its members in one order.  Those of Mairu 0.12 are
 * there in any case when as_011 is not 0, for it wants them all. */
void hop_write(struct jsonout *o, const struct hop *h, int as_011);

/* Appends all that is in it: "ARN (external id x, 900 s, tag a='b c')", with
 * values as text_value() has them, of max columns each. */
void hop_describe(const struct hop *h, size_t max, struct buf *out);

/* The first member in which they differ, as "assume_role.role_arn"; or
 * NULL. */
const char *hop_difference(const struct hop *a, const struct hop *b);

#endif
