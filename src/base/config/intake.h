#ifndef MAIRU_BASE_CONFIG_INTAKE_H
#define MAIRU_BASE_CONFIG_INTAKE_H

/*
 * Reads values from a file that a user wrote and checks each against its rule.
 * Every violation is reported, not only the first, with what was found and what
 * was expected.
 */

#include <stddef.h>

#include "base/core/json.h"
#include "base/sys/fault.h"

#define INTAKE_LABEL 80

struct intake {
	struct fault_list faults;
	int nomem; /* some value is missing: out of memory */
};

/* What a string must be. */
struct intake_rule {
	size_t min, max;
	int (*allows)(char c); /* NULL: anything safe to display */
	const char *expected;
	int secret; /* never quoted in messages */
};

void intake_init(struct intake *in);

/* 0 when all values were valid, else ERR_FORMAT and a message that begins with
 * path, or ERR_NOMEM.  Must be called exactly once. */
int intake_end(struct intake *in, const char *path, struct err *e) MUST_CHECK;

/* Parses text, the contents of the file at path.  Errors of json_parse(), and
 * ERR_FORMAT for a byte order mark. */
int intake_json(struct json **doc, const char *path, const void *text,
    size_t len, struct err *e) MUST_CHECK;

/* The member of that name, or NULL; null counts as absent. */
const struct json_value *intake_member(
    const struct json_value *object, const char *key);

/* "prefix.key", into label, which is returned; "key" without a prefix. */
const char *intake_label(
    char label[INTAKE_LABEL], const char *prefix, const char *key);

/* Reports a value (NULL: missing) that is not what was expected. */
void intake_wrong(struct intake *in, const char *label, const char *expected,
    const struct json_value *v);

/* The string v, borrowed, if it satisfies the rule; else NULL and a fault.  len
 * may be NULL. */
const char *intake_text(struct intake *in, const struct json_value *v,
    const char *label, const struct intake_rule *rule, size_t *len);

/* The same, copied: the caller frees it.  NULL also when out of memory. */
char *intake_string(struct intake *in, const struct json_value *v,
    const char *label, const struct intake_rule *rule);

/* The same for a value that may be absent (NULL). */
char *intake_optional(struct intake *in, const struct json_value *v,
    const char *label, const struct intake_rule *rule);

/* The same, validated by is() instead of a rule. */
char *intake_checked(struct intake *in, const struct json_value *v,
    const char *label, int (*is)(const char *s, size_t len),
    const char *expected);

/* Stores an integer in [min, max], or a boolean; unchanged when v is absent
 * (NULL) or wrong. */
void intake_int(struct intake *in, const struct json_value *v,
    const char *label, int min, int max, int *n);
void intake_flag(struct intake *in, const struct json_value *v,
    const char *label, int *flag);

/* A copy; NULL sets nomem. */
char *intake_dup(struct intake *in, const char *s);

/* Appends to the *n names the keys not in `known` (NULL-terminated), sanitised
 * and as "prefix.key".  At most max are kept. */
void intake_unknown(struct intake *in, const struct json_value *object,
    const char *prefix, const char *const *known, char **names, size_t *n,
    size_t max);

#endif
