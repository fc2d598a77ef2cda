#ifndef MAIRU_BASE_CORE_JSONOUT_H
#define MAIRU_BASE_CORE_JSONOUT_H

/*
 * Writes JSON into a buffer, compact or pretty-printed with two spaces.  Pretty
 * output has the bytes of serde_json, as in the files shared with Mairu 0.12,
 * except that whatever text_steers() is escaped: JSON is read on terminals,
 * too.  It adds the commas; the caller pairs begin and end.  In strings each
 * byte that is not UTF-8 becomes U+FFFD, so the output is always valid.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/core/buf.h"

struct jsonout {
	struct buf *buf;
	int pretty;
	int depth;
	int first;     /* nothing written yet at this depth */
	int after_key; /* a member's value comes next */
};

void jsonout_init(struct jsonout *o, struct buf *buf, int pretty);
void jsonout_begin(struct jsonout *o, char bracket); /* '{' or '[' */
void jsonout_end(struct jsonout *o, char bracket);   /* '}' or ']' */
void jsonout_key(struct jsonout *o, const char *key);
void jsonout_str(struct jsonout *o, const char *s); /* NULL writes null */
void jsonout_strn(struct jsonout *o, const char *s, size_t len);
void jsonout_int(struct jsonout *o, int64_t n);
void jsonout_bool(struct jsonout *o, int b);
void jsonout_null(struct jsonout *o);

/* A key and its value: as above, or the start of an object or array. */
void jsonout_member(struct jsonout *o, const char *key, const char *s);
void jsonout_member_int(struct jsonout *o, const char *key, int64_t n);
void jsonout_member_bool(struct jsonout *o, const char *key, int b);
void jsonout_open(struct jsonout *o, const char *key, char bracket);

#endif
