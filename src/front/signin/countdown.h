#ifndef MAIRU_FRONT_SIGNIN_COUNTDOWN_H
#define MAIRU_FRONT_SIGNIN_COUNTDOWN_H

/*
 * The time left for a login: one line on a terminal, rewritten in place.  Does
 * nothing if standard error is not a terminal, or can't do that.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/core/buf.h"

struct countdown {
	int on;
	int64_t shown; /* seconds; -1: nothing shown */
};

void countdown_init(struct countdown *c);

/* Shows it, unless already shown. */
void countdown_show(struct countdown *c, int64_t seconds);

/* Erases the line.  Call before writing anything else. */
void countdown_erase(struct countdown *c);

/* Appends "mairu: waiting, 9:41 left", or less of it on a narrow terminal: a
 * line that wraps could not be erased. */
void countdown_text(struct buf *out, int64_t seconds, size_t columns);

#endif
