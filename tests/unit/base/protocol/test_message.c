/* Requests and answers as the table has them: base/protocol/message.h. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/protocol/message.h"
#include "base/protocol/table.h"

static struct buf b = BUF_INIT(2 * WIRE_MAX_BODY);
static struct message m;

static int repeats(const struct table_row *row)
{
	return row->how == TABLE_EACH || row->how == TABLE_EACH_MAYBE;
}

static int is_number(const struct table_row *row)
{
	return row->kind == TABLE_NUMBER || row->kind == TABLE_SIGNED;
}

static int read_body(const struct table_row *head)
{
	const struct wire_frame f = {.version = WIRE_VERSION,
	    .type = head->tag,
	    .body = (const unsigned char *)buf_str(&b),
	    .len = b.len};

	return head->kind == TABLE_REQUEST
		   ? message_read_request(&m, &f, NULL)
		   : message_read_answer(
			 &m, (enum wire_type)head->tag, &f, NULL);
}

/* That number, or so many bytes. */
static void put(const struct table_row *row, int64_t n)
{
	static char text[WIRE_MAX_BODY + 1];

	if (is_number(row)) {
		wire_putn(&b, (enum wire_tag)row->tag, (uint64_t)n);
		return;
	}
	memset(text, row->kind == TABLE_PATH ? '/' : 'a', (size_t)n);
	wire_put(&b, (enum wire_tag)row->tag, text, (size_t)n);
}

static int64_t small(const struct table_row *row)
{
	return row->min > 0 ? row->min : 1;
}

enum odd_how {
	OF_VALUE,
	MISSING,
	TWICE
};

/* All fields and two rows; one of them, perhaps, with another value, left out,
 * or twice. */
struct odd {
	const struct table_row *row;
	enum odd_how how;
	int64_t value;
};

static void put_odd(const struct table_row *row, const struct odd *odd)
{
	if (!odd || row != odd->row)
		put(row, small(row));
	else if (odd->how != MISSING)
		put(row, odd->how == OF_VALUE ? odd->value : small(row));
	if (odd && row == odd->row && odd->how == TWICE)
		put(row, small(row));
}

static void build(const struct table_row *head, const struct odd *odd)
{
	const struct table_row *row, *first;

	buf_clear(&b);
	for (row = head + 1; !table_is_head(row); row++) {
		if (repeats(row)) {
			first = row;
			for (; repeats(row + 1) && !table_is_head(row + 1);)
				row++;
			for (const struct table_row *r = first; r <= row; r++)
				put_odd(r, odd);
			for (const struct table_row *r = first; r <= row; r++)
				put(r, small(r));
		} else {
			put_odd(row, odd);
		}
	}
}

static int read_odd(
    const struct table_row *row, enum odd_how how, int64_t value)
{
	const struct table_row *head = row;

	while (!table_is_head(head))
		head--;
	build(head, &(struct odd){.row = row, .how = how, .value = value});
	return read_body(head);
}

/* --- of every message of the table */

static void each_head(void (*fn)(const struct table_row *head))
{
	for (const struct table_row *row = table_all; row->tag != 0; row++)
		if (table_is_head(row))
			fn(row);
}

static void each_field(void (*fn)(const struct table_row *row))
{
	for (const struct table_row *row = table_all; row->tag != 0; row++)
		if (!table_is_head(row))
			fn(row);
}

static void goes_there_and_back(const struct table_row *head)
{
	struct buf again = BUF_INIT(2 * WIRE_MAX_BODY);
	size_t header = 0;

	build(head, NULL);
	assert_int_equal(read_body(head), 0);
	assert_ptr_equal(table_find(head->kind, head->tag, m.form), head + 1);
	if (head->kind == TABLE_REQUEST) {
		header = WIRE_HEADER;
		message_put_request(&again, &m);
	} else {
		message_put_answer(&again, &m);
	}
	assert_false(again.failed);
	assert_int_equal(again.len - header, b.len);
	if (b.len > 0)
		assert_memory_equal(again.data + header, b.data, b.len);
	buf_release(&again);
}

static void what_was_read_is_written_as_it_was(void **state)
{
	(void)state;
	each_head(goes_there_and_back);
}

/* A row of one field: without it or with two of it there are just fewer or
 * more rows. */
static int is_row(const struct table_row *row)
{
	return repeats(row) && !repeats(row - 1) &&
	       (table_is_head(row + 1) || !repeats(row + 1));
}

static void is_needed_or_not(const struct table_row *row)
{
	int may = row->how == TABLE_MAYBE || row->how == TABLE_EACH_MAYBE;

	assert_int_equal(
	    read_odd(row, MISSING, 0), may || is_row(row) ? 0 : ERR_FORMAT);
}

static void a_field_that_is_missing_is_missed(void **state)
{
	(void)state;
	each_field(is_needed_or_not);
}

static void is_once(const struct table_row *row)
{
	assert_int_equal(read_odd(row, TWICE, 0), is_row(row) ? 0 : ERR_FORMAT);
}

static void a_field_twice_is_refused(void **state)
{
	(void)state;
	each_field(is_once);
}

/* Where there is another form, that one may say why it is not this. */
static int has_forms(const struct table_row *row)
{
	while (!table_is_head(row))
		row--;
	return row->kind == TABLE_ANSWER &&
	       table_find(TABLE_ANSWER, row->tag, 1) != NULL;
}

static int is_too_long(const struct table_row *row)
{
	int r = read_odd(row, OF_VALUE, row->max + 1);

	if (row->kind == TABLE_BYTES || (has_forms(row) && r != ERR_LIMIT))
		return r == ERR_FORMAT;
	return r == ERR_LIMIT;
}

static void keeps_its_limits(const struct table_row *row)
{
	int64_t most = WIRE_MAX_BODY - 64 * 1024;

	if (row->kind == TABLE_SIGNED)
		return;
	assert_int_equal(read_odd(row, OF_VALUE, row->min), 0);
	if (row->min > 0)
		assert_int_equal(
		    read_odd(row, OF_VALUE, row->min - 1), ERR_FORMAT);
	if (is_number(row) || row->max < most)
		assert_int_equal(read_odd(row, OF_VALUE, row->max), 0);
	if (is_number(row) && row->max < INT64_MAX)
		assert_int_equal(
		    read_odd(row, OF_VALUE, row->max + 1), ERR_FORMAT);
	if (!is_number(row) && row->max < most)
		assert_true(is_too_long(row));
	if (is_number(row))
		assert_int_equal(
		    read_odd(row, OF_VALUE, INT64_MIN), ERR_FORMAT);
}

static void a_field_keeps_its_limits(void **state)
{
	(void)state;
	each_field(keeps_its_limits);
}

static void knows_no_other(const struct table_row *head)
{
	build(head, NULL);
	wire_puts(&b, (enum wire_tag)9999, "x");
	assert_int_equal(read_body(head), ERR_FORMAT);
	build(head, NULL);
	buf_addc(&b, 0);
	assert_int_equal(read_body(head), ERR_FORMAT);
}

static void what_does_not_belong_there_is_refused(void **state)
{
	(void)state;
	each_head(knows_no_other);
}

/* --- rows */

static const struct table_row *roles(void)
{
	return table_find(TABLE_ANSWER, WIRE_ROLES, 0) - 1;
}

static void put_role(const char *role)
{
	message_put_row(&b, WIRE_ROLES, &(struct message){.role = role});
}

static void rows_are_read_one_after_another(void **state)
{
	struct wire_iter rows;
	struct message row;

	(void)state;
	buf_clear(&b);
	put_role("a");
	put_role("b");
	message_put_answer(
	    &b, &(struct message){.type = WIRE_ROLES, .done = 7});
	assert_int_equal(read_body(roles()), 0);
	assert_int_equal(m.done, 7);
	/* As often as one likes. */
	for (int i = 0; i < 2; i++) {
		rows = m.rows;
		assert_int_equal(message_row(&row, WIRE_ROLES, &rows), 1);
		assert_string_equal(row.role, "a");
		assert_string_equal(row.account, "");
		assert_int_equal(message_row(&row, WIRE_ROLES, &rows), 1);
		assert_string_equal(row.role, "b");
		assert_int_equal(message_row(&row, WIRE_ROLES, &rows), 0);
	}
}

static void rows_stand_together(void **state)
{
	(void)state;
	buf_clear(&b);
	put_role("a");
	message_put_answer(&b, &(struct message){.type = WIRE_ROLES});
	put_role("b");
	assert_int_equal(read_body(roles()), ERR_FORMAT);
	buf_clear(&b);
	wire_puts(&b, WIRE_F_ACCOUNT, "1");
	wire_puts(&b, WIRE_F_ROLE, "a");
	message_put_answer(&b, &(struct message){.type = WIRE_ROLES});
	assert_int_equal(read_body(roles()), ERR_FORMAT);
}

static void there_may_be_no_row_but_in_a_stash(void **state)
{
	struct wire_iter rows;
	struct message row;

	(void)state;
	buf_clear(&b);
	message_put_answer(&b, &(struct message){.type = WIRE_ROLES});
	assert_int_equal(read_body(roles()), 0);
	rows = m.rows;
	assert_int_equal(message_row(&row, WIRE_ROLES, &rows), 0);
	buf_clear(&b);
	wire_puts(&b, WIRE_F_VERSION, "1");
	wire_putn(&b, WIRE_F_PID, 1);
	assert_int_equal(
	    read_body(table_find(TABLE_REQUEST, WIRE_STASH_PUT, 0) - 1),
	    ERR_FORMAT);
}

static void there_are_no_more_rows_than_the_table_says(void **state)
{
	const struct table_row *head =
	    table_find(TABLE_ANSWER, WIRE_REACH, 0) - 1;

	(void)state;
	buf_clear(&b);
	for (int64_t i = 0; i < head->max; i++)
		message_put_row(&b, WIRE_REACH, &(struct message){.url = "u"});
	assert_int_equal(read_body(head), 0);
	message_put_row(&b, WIRE_REACH, &(struct message){.url = "u"});
	assert_int_equal(read_body(head), ERR_LIMIT);
}

/* --- texts */

static void has_a_small_tag(const struct table_row *row)
{
	assert_in_range(row->tag, 1, 255);
}

static void a_text_ends_where_the_next_field_begins(void **state)
{
	(void)state;
	buf_clear(&b);
	wire_puts(&b, WIRE_F_URL, "http://127.0.0.1");
	wire_puts(&b, WIRE_F_TOKEN, "Bearer x");
	assert_int_equal(
	    read_body(table_find(TABLE_ANSWER, WIRE_GRANT, 0) - 1), 0);
	assert_string_equal(m.url, "http://127.0.0.1");
	assert_string_equal(m.token, "Bearer x");
	assert_null(m.server);
	/* Which no tag may spoil. */
	each_field(has_a_small_tag);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_was_read_is_written_as_it_was),
	    cmocka_unit_test(a_field_that_is_missing_is_missed),
	    cmocka_unit_test(a_field_twice_is_refused),
	    cmocka_unit_test(a_field_keeps_its_limits),
	    cmocka_unit_test(what_does_not_belong_there_is_refused),
	    cmocka_unit_test(rows_are_read_one_after_another),
	    cmocka_unit_test(rows_stand_together),
	    cmocka_unit_test(there_may_be_no_row_but_in_a_stash),
	    cmocka_unit_test(there_are_no_more_rows_than_the_table_says),
	    cmocka_unit_test(a_text_ends_where_the_next_field_begins),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
