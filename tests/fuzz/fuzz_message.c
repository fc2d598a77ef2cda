/* Every request and every answer of the table: bytes are read as each of them,
 * whole or not at all; and one of them that is right, made of these bytes, is
 * read as it was written, and then changed here and there. */

#include <stdlib.h>
#include <string.h>

#include "base/protocol/message.h"
#include "base/protocol/table.h"
#include "front/role/credentials.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	CHANGES = 16
};

static void must(int what)
{
	if (!what)
		abort();
}

static int read_as(const struct table_row *head, struct message *m,
    const unsigned char *body, size_t len)
{
	const struct wire_frame f = {.version = WIRE_VERSION,
	    .type = head->tag,
	    .body = body,
	    .len = len};
	struct err e = {0};
	int r = head->kind == TABLE_REQUEST
		    ? message_read_request(m, &f, &e)
		    : message_read_answer(m, (enum wire_type)head->tag, &f, &e);

	must(r == 0 || (r == (int)e.code && e.msg[0] != '\0'));
	return r;
}

/* Appends what was read; returns where its body begins. */
static size_t write_again(
    struct buf *out, const struct table_row *head, const struct message *m)
{
	if (head->kind == TABLE_REQUEST) {
		message_put_request(out, m);
		return WIRE_HEADER;
	}
	message_put_answer(out, m);
	return 0;
}

static int repeats(const struct table_row *row)
{
	return row->how == TABLE_EACH || row->how == TABLE_EACH_MAYBE;
}

/* Rows are as many as there are first fields, and each is of the body. */
static void see_rows(const struct table_row *head, const struct message *m)
{
	const struct table_row *first = head + 1, *row;
	struct wire_iter rows = m->rows;
	struct message one;
	const char *text;

	while (!table_is_head(first) && !repeats(first))
		first++;
	if (table_is_head(first)) {
		must(rows.p == rows.end);
		return;
	}
	while (message_row(&one, m->type, &rows))
		for (row = first; !table_is_head(row) && repeats(row); row++) {
			if (row->kind != TABLE_TEXT)
				continue;
			memcpy(
			    &text, (const char *)&one + row->at, sizeof(text));
			must(strlen(text) <= (size_t)row->max);
		}
	must(rows.p == rows.end);
}

static void see_keys(const struct message *m)
{
	static struct credentials k;

	if (credentials_take(&k, m, NULL) == 0) {
		must(k.id[0] != '\0' && k.secret[0] != '\0');
		must(k.token[0] != '\0' && strlen(k.expiration) == 20);
		must(k.renew_at > 0 && k.renew_at <= k.expires);
		credentials_wipe(&k);
	}
	for (size_t i = 0; i < sizeof(k); i++)
		must(((const char *)&k)[i] == 0);
}

/* What can be read is written in the order of the table, and read again. */
static void look(
    const struct table_row *head, const unsigned char *body, size_t len)
{
	struct buf again = BUF_INIT(2 * WIRE_MAX_BODY);
	struct message m, other;
	size_t at;

	if (read_as(head, &m, body, len) < 0)
		return;
	see_rows(head, &m);
	if (head->kind == TABLE_ANSWER && head->tag == WIRE_ROLE)
		see_keys(&m);
	at = write_again(&again, head, &m);
	(void)buf_str(&again);
	must(!again.failed && again.len - at <= len + 64 * 14);
	must(read_as(head, &other, again.data ? again.data + at : body,
		 again.len - at) == 0);
	must(other.form == m.form);
	buf_release(&again);
}

static void look_at_each(const uint8_t *data, size_t size)
{
	struct buf body = BUF_INIT(WIRE_MAX_BODY);

	buf_add(&body, data, size);
	for (const struct table_row *row = table_all; row->tag != 0; row++)
		if (table_is_head(row))
			look(row, (const unsigned char *)buf_str(&body),
			    body.len);
	buf_release(&body);
}

/* --- one that is right */

struct input {
	const uint8_t *p, *end;
};

static unsigned next(struct input *in)
{
	return in->p < in->end ? *in->p++ : 0;
}

static void put(struct buf *body, const struct table_row *row, struct input *in)
{
	unsigned char text[64];
	int64_t span = row->max - row->min;
	int64_t n = row->min + next(in) % (span < 40 ? span + 1 : 41);

	if (row->kind == TABLE_NUMBER || row->kind == TABLE_SIGNED) {
		wire_putn(body, (enum wire_tag)row->tag, (uint64_t)n);
		return;
	}
	for (int64_t i = 0; i < n; i++)
		text[i] = row->kind == TABLE_PATH && i == 0
			      ? '/'
			      : (unsigned char)(' ' + next(in) % 95);
	wire_put(body, (enum wire_tag)row->tag, text, (size_t)n);
}

static void put_all(
    struct buf *body, const struct table_row *row, struct input *in)
{
	const struct table_row *first, *r;

	for (; !table_is_head(row); row++) {
		if (!repeats(row)) {
			if (row->how == TABLE_ONE || next(in) % 2)
				put(body, row, in);
			continue;
		}
		first = row;
		while (!table_is_head(row + 1) && repeats(row + 1))
			row++;
		for (unsigned n = 1 + next(in) % 3; n > 0; n--)
			for (r = first; r <= row; r++)
				put(body, r, in);
	}
}

static void change(struct buf *body, struct input *in)
{
	size_t at = next(in) << 8 | next(in);
	unsigned char with = (unsigned char)next(in);

	if (body->len == 0)
		return;
	at %= body->len;
	if (with == 0)
		buf_truncate(body, at);
	else
		body->data[at] ^= with;
}

static void make_and_change(const uint8_t *data, size_t size)
{
	struct input in = {data, data + size};
	struct buf body = BUF_INIT(WIRE_MAX_BODY);
	const struct table_row *head = table_all;
	struct message m;

	for (unsigned n = next(&in); n > 0; n--) {
		do
			head++;
		while (!table_is_head(head));
		if (head->tag == 0)
			head = table_all;
	}
	put_all(&body, head + 1, &in);
	(void)buf_str(&body);
	must(read_as(head, &m, (const unsigned char *)buf_str(&body),
		 body.len) == 0);
	must(table_find(head->kind, head->tag, m.form) == head + 1);
	for (int i = 0; i < CHANGES && in.p < in.end; i++) {
		look(head, (const unsigned char *)buf_str(&body), body.len);
		change(&body, &in);
	}
	buf_release(&body);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size > WIRE_MAX_BODY)
		return 0;
	look_at_each(data, size);
	make_and_change(data, size);
	return 0;
}
