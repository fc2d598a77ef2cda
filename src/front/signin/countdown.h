#ifndef MAIRU_FRONT_SIGNIN_COUNTDOWN_H
#define MAIRU_FRONT_SIGNIN_COUNTDOWN_H

/*
 * How long a login still goes on: one line of a terminal, rewritten in place.
 * Where standard error is none, or one that cannot do that, nothing.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/core/buf.h"

struct countdown {
	int on;
	int64_t shown; /* seconds; -1: nothing stands there */
};

void countdown_init(struct countdown *c);

/* Says it, if that is not what stands there. */
void countdown_show(struct countdown *c, int64_t seconds);

/* Leaves the line as it was before.  To be called before anything else is
 * written. */
void countdown_erase(struct countdown *c);

/* "mairu: waiting, 9:41 left", or less of it where a terminal has so few
 * columns: a line that wraps would not be erased. */
void countdown_text(struct buf *out, int64_t seconds, size_t columns);

#endif
