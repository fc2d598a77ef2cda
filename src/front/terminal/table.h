#ifndef MAIRU_FRONT_TERMINAL_TABLE_H
#define MAIRU_FRONT_TERMINAL_TABLE_H

/*
 * A list for a person: a line for each entry, with headings, or where the
 * screen is too narrow for that, a paragraph.  Nothing is cut off.
 */

#include <stddef.h>

#include "base/core/buf.h"
#include "front/terminal/style.h"

enum {
	TABLE_COLUMNS = 6
};

struct table {
	const char *const *heads; /* as many as there are columns */
	size_t n_columns;
	size_t n_cells;
	struct buf cells;
};

/* heads end in a NULL and are borrowed.  Dies when there is no memory. */
void table_init(struct table *t, const char *const *heads);
void table_release(struct table *t);

/* Adds the next cell, row after row; the text is sanitised. */
void table_add(struct table *t, const char *text);
void table_add_styled(struct table *t, enum style style, const char *text);
/* The same of a path, with HOME as ~. */
void table_add_path(struct table *t, const char *path);

/* Appends all of it; nothing when it is empty. */
void table_put(struct buf *out, const struct table *t, const struct screen *s);

#endif
