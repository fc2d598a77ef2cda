#ifndef MAIRU_BASE_CORE_JSON_H
#define MAIRU_BASE_CORE_JSON_H

/*
 * A strict JSON (RFC 8259) reader over jsmn, which only this module names.
 *
 * The whole text must be one value: no byte order mark, no trailing bytes, no
 * comments, commas or colons out of place, no bad number or literal, no
 * unescaped control character, no invalid UTF-8, no lone surrogate, no
 * duplicate key in an object, no NUL (nor \u0000) in any string.  Size, depth
 * and number of values are bounded before anything is allocated.  A document
 * owns unescaped copies of its strings, and wipes them.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/core/err.h"

enum {
	JSON_MAX_BYTES = 1 << 20,
	JSON_MAX_DEPTH = 32,
	JSON_MAX_VALUES = 32000,
};

enum json_kind {
	JSON_NULL,
	JSON_BOOL,
	JSON_NUMBER,
	JSON_STRING,
	JSON_ARRAY,
	JSON_OBJECT,
};

struct json; /* a document */

/* A value, borrowed from its document; NULL means "absent" to all functions
 * below. */
struct json_value;

/* Parses len bytes.  ERR_FORMAT and ERR_LIMIT give line and column. */
int json_parse(
    struct json **doc, const void *text, size_t len, struct err *e) MUST_CHECK;
void json_free(struct json *doc);

const struct json_value *json_root(const struct json *doc);
enum json_kind json_kind(const struct json_value *v);

/* "an object", "a string", ...: for messages. */
const char *json_kind_name(enum json_kind kind);

/* The member of an object by key; NULL if v is not an object or lacks it. */
const struct json_value *json_get(const struct json_value *v, const char *key);

/* Elements of an array, or members of an object, by position in the text. */
size_t json_count(const struct json_value *v);
const struct json_value *json_at(const struct json_value *v, size_t i);
/* The key of the i-th member of an object, NUL-terminated. */
const char *json_key_at(const struct json_value *v, size_t i);

/* The unescaped text of a string, NUL-terminated and free of other NULs; NULL
 * if v is not a string.  len may be NULL. */
const char *json_str(const struct json_value *v, size_t *len);

/* 1 or 0 for a boolean, -1 if v is not one. */
int json_bool(const struct json_value *v);

/* An integer that fits int64 ("1e3" and "1.0" are refused). */
int json_int(const struct json_value *v, int64_t *value) MUST_CHECK;

#endif
