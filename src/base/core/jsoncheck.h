#ifndef MAIRU_BASE_CORE_JSONCHECK_H
#define MAIRU_BASE_CORE_JSONCHECK_H

/*
 * Is this text one value of JSON, and nothing else?  The rules are those of
 * json.h, which see: all of them but duplicate keys.  Nothing is allocated,
 * and the work is bounded by the length of the text.
 */

#include <stddef.h>

#include "base/core/err.h"

struct jsoncheck {
	size_t values, keys; /* how many there are */
	size_t at;	     /* on a fault: the offset of it */
	const char *why;     /* and what it is: a clause, static */
};

/* 0, ERR_FORMAT or ERR_LIMIT. */
int jsoncheck(
    const char *text, size_t len, struct jsoncheck *result) MUST_CHECK;

#endif
