#ifndef MAIRU_BASE_CONFIG_HOP_H
#define MAIRU_BASE_CONFIG_HOP_H

/*
 * One hop of a role chain: the parameters of sts:AssumeRole, as found in
 * `.mairu.json`, in a trust record, and in the chain text sent to the broker.
 */

#include <stddef.h>

#include "base/config/intake.h"
#include "base/core/json.h"
#include "base/core/jsonout.h"

enum {
	HOP_MAX_TAGS = 50, /* both are AWS limits */
	HOP_MAX_POLICIES = 10,
};

struct hop_tag {
	char *key, *value;
};

/* Unset members are NULL or 0. */
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

/* Frees the contents and leaves it empty. */
void hop_release(struct hop *h);

/* Where unknown keys are collected; see intake_unknown(). */
struct hop_unknown {
	char **names;
	size_t *n, max;
};

/* Fills the empty *h from an object.  `name` is its place in the file:
 * "assume_role[1]".  Faults are added to `in`. */
void hop_take(struct intake *in, const struct json_value *v, const char *name,
    struct hop *h, const struct hop_unknown *unknown);

/* Writes it as an object, members in a fixed order.  With as_011 all members of
 * Mairu 0.12 are written even if unset, since it requires them. */
void hop_write(struct jsonout *o, const struct hop *h, int as_011);

/* Appends all of it: "ARN (external id x, 900 s, tag a='b c')", each value
 * printed by text_value() in at most max columns. */
void hop_describe(const struct hop *h, size_t max, struct buf *out);

/* The first member that differs, as "assume_role.role_arn"; or NULL. */
const char *hop_difference(const struct hop *a, const struct hop *b);

#endif
