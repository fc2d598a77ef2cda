#ifndef MAIRU_BASE_CONFIG_INTAKE_H
#define MAIRU_BASE_CONFIG_INTAKE_H

/*
 * Taking the values of a file that a person wrote: each must be as its rule
 * says, and each that is not is named, with what was found and what was
 * expected; all of them, not only the first.
 */

#include <stddef.h>

#include "base/core/json.h"
#include "base/sys/fault.h"

#define INTAKE_LABEL 80

struct intake {
	struct fault_list faults;
	int nomem; /* some value is missing for want of memory */
};

/* What a string must be. */
struct intake_rule {
	size_t min, max;
	int (*allows)(char c); /* NULL: all that shows as it is */
	const char *expected;
	int secret; /* no message quotes it */
};

void intake_init(struct intake *in);

/* 0 when all values were as expected, else ERR_FORMAT and a message that
 * begins with path, or ERR_NOMEM.  To be called once, in any case. */
int intake_end(struct intake *in, const char *path, struct err *e) MUST_CHECK;

/* Parses text, a file that lies at path: the errors of json_parse(), and
 * ERR_FORMAT for an editor's mark at the beginning. */
int intake_json(struct json **doc, const char *path, const void *text,
    size_t len, struct err *e) MUST_CHECK;

/* The member of that name, or NULL; null counts as absent. */
const struct json_value *intake_member(
    const struct json_value *object, const char *key);

/* "prefix.key", into label, which is returned; "key" without a prefix. */
const char *intake_label(
    char label[INTAKE_LABEL], const char *prefix, const char *key);

/* Names a value (NULL: it is missing) that is not what was expected. */
void intake_wrong(struct intake *in, const char *label, const char *expected,
    const struct json_value *v);

/* The string v, borrowed, when it follows its rule; else NULL and a fault.
 * len may be NULL. */
const char *intake_text(struct intake *in, const struct json_value *v,
    const char *label, const struct intake_rule *rule, size_t *len);

/* The same, copied: the caller frees it.  NULL also for want of memory. */
char *intake_string(struct intake *in, const struct json_value *v,
    const char *label, const struct intake_rule *rule);

/* The same for a value that may be absent (NULL). */
char *intake_optional(struct intake *in, const struct json_value *v,
    const char *label, const struct intake_rule *rule);

/* The same for what another part knows the form of. */
char *intake_checked(struct intake *in, const struct json_value *v,
    const char *label, int (*is)(const char *s, size_t len),
    const char *expected);

/* Stores an integer of [min, max], or true or false; what stands there when v
 * is absent (NULL) or wrong stays. */
void intake_int(struct intake *in, const struct json_value *v,
    const char *label, int min, int max, int *n);
void intake_flag(struct intake *in, const struct json_value *v,
    const char *label, int *flag);

/* A copy, or NULL and nomem. */
char *intake_dup(struct intake *in, const char *s);

/* Adds to names, of which there are *n, the keys that are not among `known`
 * (ended by NULL), each as a person may see it and behind the prefix and a
 * dot.  At most max are kept. */
void intake_unknown(struct intake *in, const struct json_value *object,
    const char *prefix, const char *const *known, char **names, size_t *n,
    size_t max);

#endif
