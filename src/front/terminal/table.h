#ifndef MAIRU_FRONT_TERMINAL_TABLE_H
#define MAIRU_FRONT_TERMINAL_TABLE_H

/*
 * A table with headings, one row per line; on a screen too narrow for that, one
 * paragraph per row.  Nothing is cut off.
 */

#include <stddef.h>

#include "base/core/buf.h"
#include "front/terminal/style.h"

enum {
	TABLE_COLUMNS = 6
};

struct table {
	const char *const *heads; /* one per column */
	size_t n_columns;
	size_t n_cells;
	struct buf cells;
};

/* heads is NULL-terminated and borrowed.  Dies if out of memory. */
void table_init(struct table *t, const char *const *heads);
void table_release(struct table *t);

/* Adds the next cell, row by row; the text is sanitised. */
void table_add(struct table *t, const char *text);
void table_add_styled(struct table *t, enum style style, const char *text);
/* The same for a path, with HOME as ~. */
void table_add_path(struct table *t, const char *path);

/* Appends the table; nothing if it is empty. */
void table_put(struct buf *out, const struct table *t, const struct screen *s);

#endif
