#ifndef MAIRU_BASE_CONFIG_TRUST_RECORD_H
#define MAIRU_BASE_CONFIG_TRUST_RECORD_H

/*
 * The contents of one trust file, independent of where it is stored.  For
 * trust.c and the tests; everybody else uses trust.h.
 */

#include <time.h>

#include "base/config/trust.h"
#include "base/core/json.h"

enum {
	TRUST_MAX_BYTES = 256 * 1024
};

/* Parses a record and checks that it is about this path.  0: the caller owns
 * *doc, and its root has a boolean "trust". */
int trust_parse(const struct buf *record, const char *project_path,
    struct json **doc, struct err *e) MUST_CHECK;

/* Appends the record that trust_record() would write at `now`. */
void trust_print(const struct project *p, int allow, const struct timespec *now,
    struct buf *out);

#endif
