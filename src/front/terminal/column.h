#ifndef MAIRU_FRONT_TERMINAL_COLUMN_H
#define MAIRU_FRONT_TERMINAL_COLUMN_H

/*
 * Aligned columns, by display width.
 */

#include <stddef.h>

#include "base/core/buf.h"

/* Widens a column to fit s, unless s is wider than `most`: such a value only
 * shifts the rest of its own line. */
void column_widen(size_t *width, const char *s, size_t most);

/* Appends s, sanitised, padded to the width, and two more blanks. */
void column_put(struct buf *out, const char *s, size_t width);

#endif
