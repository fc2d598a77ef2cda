#ifndef MAIRU_BASE_CORE_JSONCHECK_H
#define MAIRU_BASE_CORE_JSONCHECK_H

/*
 * Checks that a text is exactly one JSON value, by the rules of json.h except
 * for duplicate keys.  Allocates nothing; the work is bounded by the length of
 * the text.
 */

#include <stddef.h>

#include "base/core/err.h"

struct jsoncheck {
	size_t values, keys; /* how many there are */
	size_t at;	     /* offset of the fault */
	const char *why;     /* what is wrong: a clause, static */
};

/* 0, ERR_FORMAT or ERR_LIMIT. */
int jsoncheck(
    const char *text, size_t len, struct jsoncheck *result) MUST_CHECK;

#endif
