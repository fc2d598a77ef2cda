/* The messages on the socket: base/core/wire.h. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/core/wire.h"

static void a_frame_comes_back_with_its_fields(void **state)
{
	struct buf b = BUF_INIT(1024);
	struct wire_frame f;
	struct wire_iter it;
	struct wire_field field;
	char text[16];
	uint64_t n = 0;
	size_t used = 0, at;

	(void)state;
	at = wire_begin(&b, WIRE_GRANT);
	wire_puts(&b, WIRE_F_SERVER, "contoso");
	wire_putn(&b, WIRE_F_COUNT, 1ULL << 40);
	wire_put(&b, WIRE_F_TOKEN, "", 0);
	wire_end(&b, at);
	assert_false(b.failed);
	assert_int_equal(wire_parse(b.data, b.len, &f, &used, NULL), 1);
	assert_int_equal(used, b.len);
	assert_int_equal(f.type, WIRE_GRANT);
	assert_int_equal(f.version, WIRE_VERSION);
	wire_iter_init(&it, f.body, f.len);
	assert_int_equal(wire_next(&it, &field), 1);
	assert_int_equal(field.tag, WIRE_F_SERVER);
	assert_int_equal(wire_text(&field, text, sizeof(text)), 0);
	assert_string_equal(text, "contoso");
	assert_int_equal(wire_text(&field, text, 7), ERR_LIMIT);
	assert_int_equal(wire_next(&it, &field), 1);
	assert_int_equal(wire_num(&field, &n), 0);
	assert_true(n == 1ULL << 40);
	assert_int_equal(wire_next(&it, &field), 1);
	assert_int_equal(field.len, 0);
	assert_int_equal(wire_text(&field, text, 1), 0);
	assert_int_equal(wire_num(&field, &n), ERR_FORMAT);
	assert_int_equal(wire_next(&it, &field), 0);
	buf_release(&b);
}

static void the_header_is_the_one_that_never_changes(void **state)
{
	static const unsigned char expected[] = {
	    'm', 'a', 'i', 'r', 'u', 1, 0, 1, 0, 0, 0, 0};
	struct buf b = BUF_INIT(64);

	(void)state;
	wire_end(&b, wire_begin(&b, WIRE_QUIT));
	assert_int_equal(b.len, sizeof(expected));
	assert_memory_equal(b.data, expected, sizeof(expected));
	buf_release(&b);
}

static void a_frame_cut_anywhere_is_not_whole_yet(void **state)
{
	struct buf b = BUF_INIT(1024);
	struct wire_frame f;
	size_t used, at = wire_begin(&b, WIRE_INFO);

	(void)state;
	wire_puts(&b, WIRE_F_VERSION, "1");
	wire_end(&b, at);
	for (size_t len = 0; len < b.len; len++)
		assert_int_equal(wire_parse(b.data, len, &f, &used, NULL), 0);
	buf_release(&b);
}

static void another_program_is_told_from_its_first_byte(void **state)
{
	struct wire_frame f;
	struct err e;
	size_t used;

	(void)state;
	assert_int_equal(
	    wire_parse((const unsigned char *)"H", 1, &f, &used, &e),
	    ERR_FOREIGN);
	assert_int_equal(
	    wire_parse((const unsigned char *)"mairi", 5, &f, &used, &e),
	    ERR_FOREIGN);
}

static void a_body_over_the_limit_is_refused_before_it_comes(void **state)
{
	unsigned char header[WIRE_HEADER] = {
	    'm', 'a', 'i', 'r', 'u', 1, 0, 1, 0, 4, 0, 1};
	struct wire_frame f;
	size_t used;

	(void)state;
	assert_int_equal(
	    wire_parse(header, sizeof(header), &f, &used, NULL), ERR_LIMIT);
	header[11] = 0;
	assert_int_equal(
	    wire_parse(header, sizeof(header), &f, &used, NULL), 0);
}

static void a_field_longer_than_its_body_is_damaged(void **state)
{
	unsigned char body[] = {0, 1, 0, 0, 0, 2, 'x'};
	struct wire_iter it;
	struct wire_field field;

	(void)state;
	wire_iter_init(&it, body, sizeof(body));
	assert_int_equal(wire_next(&it, &field), ERR_FORMAT);
	body[5] = 1;
	wire_iter_init(&it, body, sizeof(body));
	assert_int_equal(wire_next(&it, &field), 1);
	assert_int_equal(wire_next(&it, &field), 0);
	for (size_t len = 1; len < sizeof(body); len++) {
		wire_iter_init(&it, body, len);
		assert_int_equal(wire_next(&it, &field), ERR_FORMAT);
	}
}

static void a_text_with_a_nul_is_refused(void **state)
{
	const struct wire_field field = {
	    .p = (const unsigned char *)"a\0b", .len = 3};
	char text[16];

	(void)state;
	assert_int_equal(wire_text(&field, text, sizeof(text)), ERR_FORMAT);
}

static void a_value_too_long_fails_the_frame(void **state)
{
	struct buf b = BUF_INIT((size_t)WIRE_MAX_BODY * 2);
	unsigned char *large = calloc(1, WIRE_MAX_BODY + 1);

	(void)state;
	wire_put(&b, WIRE_F_VALUE, large, WIRE_MAX_BODY + 1);
	assert_true(b.failed);
	free(large);
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_frame_comes_back_with_its_fields),
	    cmocka_unit_test(the_header_is_the_one_that_never_changes),
	    cmocka_unit_test(a_frame_cut_anywhere_is_not_whole_yet),
	    cmocka_unit_test(another_program_is_told_from_its_first_byte),
	    cmocka_unit_test(a_body_over_the_limit_is_refused_before_it_comes),
	    cmocka_unit_test(a_field_longer_than_its_body_is_damaged),
	    cmocka_unit_test(a_text_with_a_nul_is_refused),
	    cmocka_unit_test(a_value_too_long_fails_the_frame),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
