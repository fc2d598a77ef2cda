#ifndef MAIRU_FRONT_TERMINAL_FOLD_H
#define MAIRU_FRONT_TERMINAL_FOLD_H

/*
 * A paragraph beside a label, in as many lines as the screen needs.
 */

#include <stddef.h>

#include "base/core/buf.h"

/* Appends text, which stands behind `indent` columns of its first line; lines
 * that it needs besides begin with as many blanks.  Breaks at blanks only, and
 * never from the last "Run: ", "run: " or "See: " on, since a command is to be
 * copied.  columns: of the screen, or 0, as of one that is too narrow:
 * nothing is broken.  No newline at the end. */
void fold_put(struct buf *out, const char *text, size_t len, size_t indent,
    size_t columns);

#endif
