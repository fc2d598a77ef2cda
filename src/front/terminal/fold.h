#ifndef MAIRU_FRONT_TERMINAL_FOLD_H
#define MAIRU_FRONT_TERMINAL_FOLD_H

/*
 * A paragraph next to a label, wrapped to the width of the screen.
 */

#include <stddef.h>

#include "base/core/buf.h"

/* Appends text whose first line starts at column `indent`; further lines are
 * indented to match.  Breaks at blanks only, and never after the last "Run: ",
 * "run: " or "See: ", so that commands can be copied.  columns: screen width;
 * if 0 or too narrow, nothing is broken.  No trailing newline. */
void fold_put(struct buf *out, const char *text, size_t len, size_t indent,
    size_t columns);

#endif
