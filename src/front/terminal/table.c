#include "front/terminal/table.h"

#include <string.h>

#include "base/core/text.h"
#include "base/sys/path.h"
#include "front/terminal/say.h"

enum {
	GAP = 2,
	WIDEST = 48, /* a wider cell only shifts the rest of its own line */
	CELLS_MAX = 16 * 1024 * 1024
};

void table_init(struct table *t, const char *const *heads)
{
	memset(t, 0, sizeof(*t));
	t->heads = heads;
	while (t->n_columns < TABLE_COLUMNS && heads[t->n_columns] != NULL)
		t->n_columns++;
	buf_init(&t->cells, CELLS_MAX);
}

void table_release(struct table *t)
{
	buf_release(&t->cells);
}

/* A cell: a byte for its style, its text, and a NUL. */
static void begin(struct table *t, enum style style)
{
	buf_addc(&t->cells, (char)style);
	t->n_cells++;
}

static void end(struct table *t)
{
	buf_addc(&t->cells, '\0');
	if (t->cells.failed)
		say_oom();
}

void table_add(struct table *t, const char *text)
{
	table_add_styled(t, STYLE_PLAIN, text);
}

void table_add_styled(struct table *t, enum style style, const char *text)
{
	begin(t, style);
	text_safe(&t->cells, text, strlen(text), SIZE_MAX);
	end(t);
}

void table_add_path(struct table *t, const char *path)
{
	begin(t, STYLE_PLAIN);
	path_text(&t->cells, path);
	end(t);
}

static size_t width(const char *s)
{
	return text_columns(s, strlen(s));
}

static size_t larger(size_t a, size_t b)
{
	return a > b ? a : b;
}

/* Measures the width of each column, and of the widest line. */
static size_t measure(const struct table *t, size_t widths[TABLE_COLUMNS])
{
	const char *cell = (const char *)t->cells.data;
	size_t line = 0, widest = 0;

	for (size_t i = 0; i < t->n_columns; i++)
		widths[i] = width(t->heads[i]);
	for (size_t i = 0; i < t->n_cells; i++) {
		size_t *column = &widths[i % t->n_columns];
		size_t here = width(cell + 1);

		if (here <= WIDEST)
			*column = larger(*column, here);
		cell += strlen(cell + 1) + 2;
	}
	cell = (const char *)t->cells.data;
	for (size_t i = 0; i < t->n_cells; i++) {
		size_t at = i % t->n_columns, here = width(cell + 1);

		line = at == 0 ? 0 : line + GAP;
		line += at + 1 < t->n_columns ? larger(widths[at], here) : here;
		widest = larger(widest, line);
		cell += strlen(cell + 1) + 2;
	}
	return widest;
}

static void put(struct buf *out, const struct screen *s, enum style style,
    const char *text, size_t columns)
{
	style_put(out, s, style, text);
	for (size_t n = width(text); n < columns; n++)
		buf_addc(out, ' ');
}

static void put_lines(struct buf *out, const struct table *t,
    const struct screen *s, const size_t widths[TABLE_COLUMNS])
{
	const char *cell = (const char *)t->cells.data;

	for (size_t i = 0; i < t->n_columns + t->n_cells; i++) {
		size_t at = i % t->n_columns;
		int last = at + 1 == t->n_columns;
		size_t columns = last ? 0 : widths[at] + GAP;

		if (i < t->n_columns) {
			put(out, s, STYLE_STRONG, t->heads[at], columns);
		} else {
			/* The gap follows even a cell that is too wide. */
			put(out, s, (enum style)cell[0], cell + 1,
			    last ? 0 : larger(columns, width(cell + 1) + GAP));
			cell += strlen(cell + 1) + 2;
		}
		if (last)
			buf_addc(out, '\n');
	}
}

/* The first cell is the heading. */
static void put_paragraphs(
    struct buf *out, const struct table *t, const struct screen *s)
{
	const char *cell = (const char *)t->cells.data;
	size_t label = 0;

	for (size_t i = 1; i < t->n_columns; i++)
		label = larger(label, width(t->heads[i]));
	for (size_t i = 0; i < t->n_cells; i++) {
		size_t at = i % t->n_columns;

		if (at == 0) {
			if (i > 0)
				buf_addc(out, '\n');
			put(out, s, STYLE_STRONG, cell + 1, 0);
		} else {
			buf_adds(out, "  ");
			put(out, s, STYLE_PLAIN, t->heads[at], label + GAP);
			put(out, s, (enum style)cell[0], cell + 1, 0);
		}
		buf_addc(out, '\n');
		cell += strlen(cell + 1) + 2;
	}
}

void table_put(struct buf *out, const struct table *t, const struct screen *s)
{
	size_t widths[TABLE_COLUMNS] = {0}, widest;

	if (t->n_columns == 0 || t->n_cells == 0)
		return;
	widest = measure(t, widths);
	if (s->columns != 0 && widest > s->columns)
		put_paragraphs(out, t, s);
	else
		put_lines(out, t, s, widths);
}
