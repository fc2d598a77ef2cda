#ifndef MAIRU_FRONT_TERMINAL_COLUMN_H
#define MAIRU_FRONT_TERMINAL_COLUMN_H

/*
 * The columns of a list for a person, as wide as a terminal shows them.
 */

#include <stddef.h>

#include "base/core/buf.h"

/* Makes a column as wide as s, unless that takes more than `most`: such a
 * value moves the rest of its own line alone. */
void column_widen(size_t *width, const char *s, size_t most);

/* Appends s, sanitised, blanks up to the width, and two more. */
void column_put(struct buf *out, const char *s, size_t width);

#endif
