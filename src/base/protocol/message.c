#include "base/protocol/message.h"

#include <string.h>

#include "base/core/text.h"
#include "base/protocol/table.h"

static int repeats(const struct table_row *row)
{
	return row->how == TABLE_EACH || row->how == TABLE_EACH_MAYBE;
}

static int may_lack(const struct table_row *row)
{
	return row->how == TABLE_MAYBE || row->how == TABLE_EACH_MAYBE;
}

/* --- writing */

static void put(
    struct buf *out, const struct table_row *row, const struct message *m)
{
	const void *member = (const char *)m + row->at;
	enum wire_tag tag = (enum wire_tag)row->tag;
	const char *text;
	int64_t n;

	if (row->kind == TABLE_NUMBER || row->kind == TABLE_SIGNED) {
		memcpy(&n, member, sizeof(n));
		if (n != 0 || !may_lack(row))
			wire_putn(out, tag, (uint64_t)n);
		return;
	}
	memcpy(&text, member, sizeof(text));
	if (text == NULL && may_lack(row))
		return;
	if (row->kind != TABLE_BYTES)
		wire_puts(out, tag, text != NULL ? text : "");
	else if (text != NULL)
		wire_put(out, tag, text, (size_t)row->max);
	else
		out->failed = 1;
}

static void put_all(
    struct buf *out, const struct table_row *row, const struct message *m)
{
	int has_rows = 0;

	for (; !table_is_head(row); row++) {
		if (!repeats(row))
			put(out, row, m);
		else if (!has_rows++)
			buf_add(
			    out, m->rows.p, (size_t)(m->rows.end - m->rows.p));
	}
}

void message_put_request(struct buf *out, const struct message *m)
{
	size_t at = wire_begin(out, m->type);

	put_all(out, table_find(TABLE_REQUEST, m->type, 0), m);
	wire_end(out, at);
}

void message_put_answer(struct buf *out, const struct message *m)
{
	put_all(out, table_find(TABLE_ANSWER, m->type, m->form), m);
}

/* The first field of a row; only one request has rows. */
static const struct table_row *row_of(enum wire_type type)
{
	const struct table_row *row = table_find(
	    type == WIRE_STASH_PUT ? TABLE_REQUEST : TABLE_ANSWER, type, 0);

	while (!repeats(row))
		row++;
	return row;
}

void message_put_row(
    struct buf *out, enum wire_type type, const struct message *m)
{
	const struct table_row *row = row_of(type);

	for (; !table_is_head(row) && repeats(row); row++)
		put(out, row, m);
}

struct wire_iter message_rows(const struct buf *rows)
{
	return (struct wire_iter){rows->data, rows->data + rows->len};
}

/* --- reading */

static int check_text(const struct table_row *row, const struct wire_field *f)
{
	if (f->len > (size_t)row->max)
		return ERR_LIMIT;
	if (f->len < (size_t)row->min || memchr(f->p, '\0', f->len) != NULL)
		return ERR_FORMAT;
	if (row->kind == TABLE_PATH)
		return f->len == 0 || f->p[0] == '/' ? 0 : ERR_FORMAT;
	if (row->kind == TABLE_TEXT)
		return 0;
	for (size_t i = 0; i < f->len; i++)
		if (f->p[i] < 0x20 || f->p[i] == 0x7f)
			return ERR_FORMAT;
	return text_utf8((const char *)f->p, f->len) ? 0 : ERR_FORMAT;
}

static int take_number(
    const struct table_row *row, const struct wire_field *f, struct message *m)
{
	int64_t n = 0;
	int r = row->kind == TABLE_SIGNED ? wire_ahead(f, &n)
					  : wire_num(f, (uint64_t *)&n);

	if (r == 0 && row->kind == TABLE_NUMBER &&
	    (n < row->min || n > row->max))
		r = ERR_FORMAT;
	memcpy((char *)m + row->at, &n, sizeof(n));
	return r;
}

static int take(
    const struct table_row *row, const struct wire_field *f, struct message *m)
{
	int r;

	if (row->kind == TABLE_NUMBER || row->kind == TABLE_SIGNED)
		return take_number(row, f, m);
	if (row->kind == TABLE_BYTES)
		r = f->len == (size_t)row->max ? 0 : ERR_FORMAT;
	else
		r = check_text(row, f);
	memcpy((char *)m + row->at, &f->p, sizeof(f->p));
	return r;
}

/* Parser state for one message. */
struct reading {
	const struct table_row *all;
	struct message *m;
	unsigned seen; /* a bit for each field that does not repeat */
	int64_t rows;
	const struct table_row *last; /* field of a row */
	const unsigned char *begin;   /* of the field that is read */
};

/* Whether the fields after `a` and before `b` may be missing. */
static int may_skip(const struct table_row *a, const struct table_row *b)
{
	while (++a < b)
		if (!may_lack(a))
			return 0;
	return 1;
}

static const struct table_row *end_of(const struct table_row *row)
{
	while (!table_is_head(row) && repeats(row))
		row++;
	return row;
}

/* Rows are contiguous, complete and in order. */
static int take_in_row(
    struct reading *r, const struct table_row *row, const struct wire_field *f)
{
	const struct table_row *last = r->last, *next;
	int is_first = row == r->all || !repeats(row - 1);

	if (!last && !is_first)
		return ERR_FORMAT;
	next = is_first && last ? end_of(last) : row;
	if (last && (r->begin != r->m->rows.end || next <= last ||
			!may_skip(last, next)))
		return ERR_FORMAT;
	if (!last)
		r->m->rows.p = r->begin;
	if (is_first && ++r->rows > r->all[-1].max && r->all[-1].max != 0)
		return ERR_LIMIT;
	r->last = row;
	r->m->rows.end = f->p + f->len;
	return take(row, f, r->m);
}

static int take_any(struct reading *r, const struct wire_field *f)
{
	const struct table_row *row = r->all;
	unsigned bit;

	while (!table_is_head(row) && row->tag != f->tag)
		row++;
	if (table_is_head(row))
		return ERR_FORMAT;
	if (repeats(row))
		return take_in_row(r, row, f);
	bit = 1U << (row - r->all);
	if (r->seen & bit)
		return ERR_FORMAT;
	r->seen |= bit;
	return take(row, f, r->m);
}

static int is_whole(const struct reading *r)
{
	const struct table_row *row = r->all;

	for (; !table_is_head(row); row++)
		if (row->how == TABLE_ONE && !(r->seen & 1U << (row - r->all)))
			return 0;
	if (r->last != NULL)
		return may_skip(r->last, end_of(r->last));
	/* An empty stash is invalid. */
	return r->m->type != WIRE_STASH_PUT || r->all[-1].kind == TABLE_ANSWER;
}

static int read_fields(struct message *m, const struct table_row *all,
    const struct wire_frame *f, struct err *e)
{
	const char *what =
	    all[-1].kind == TABLE_REQUEST ? "request" : "the answer to";
	struct reading r = {.all = all, .m = m};
	struct wire_iter it;
	struct wire_field field;
	int rc, bad = 0;

	wire_iter_init(&it, f->body, f->len);
	m->rows = (struct wire_iter){f->body, f->body};
	do {
		r.begin = it.p;
		rc = wire_next(&it, &field);
		if (rc > 0)
			bad = take_any(&r, &field);
	} while (rc > 0 && bad == 0);
	if (bad < 0)
		return err_set(e, (enum err_code)bad,
		    "field %u of %s %u is unknown, repeated or malformed",
		    (unsigned)field.tag, what, (unsigned)m->type);
	if (rc < 0)
		return err_set(
		    e, ERR_FORMAT, "%s %u is damaged", what, (unsigned)m->type);
	if (!is_whole(&r))
		return err_set(e, ERR_FORMAT, "%s %u lacks a field", what,
		    (unsigned)m->type);
	return 0;
}

int message_read_request(
    struct message *m, const struct wire_frame *f, struct err *e)
{
	const struct table_row *all = table_find(TABLE_REQUEST, f->type, 0);

	*m = (struct message){.type = (enum wire_type)f->type};
	return all != NULL
		   ? read_fields(m, all, f, e)
		   : err_set(e, ERR_USAGE, "the broker knows no request %u",
			 (unsigned)f->type);
}

int message_read_answer(struct message *m, enum wire_type to,
    const struct wire_frame *f, struct err *e)
{
	const struct table_row *all;
	int r = ERR_FORMAT;

	for (unsigned i = 0; (all = table_find(TABLE_ANSWER, to, i)); i++) {
		*m = (struct message){.type = to, .form = i};
		r = read_fields(m, all, f, e);
		if (r == 0)
			break;
	}
	return r;
}

int message_row(struct message *m, enum wire_type type, struct wire_iter *rows)
{
	const struct table_row *first = row_of(type), *row = first;
	struct wire_iter next = *rows;
	struct wire_field field;
	int n = 0;

	*m = (struct message){.type = type};
	while (wire_next(&next, &field) > 0 &&
	       (n == 0 || field.tag != first->tag)) {
		for (row = first; row->tag != field.tag && repeats(row + 1);
		     row++)
			;
		(void)!take(row, &field, m);
		*rows = next;
		n++;
	}
	return n > 0;
}

void message_copy(char *out, size_t cap, const char *text)
{
	size_t len = text ? strlen(text) : 0;

	if (len >= cap)
		len = cap - 1;
	if (len > 0)
		memcpy(out, text, len);
	out[len] = '\0';
}
