#include "base/core/buf.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* AddressSanitizer ends the program when malloc fails, unless told so. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "allocator_may_return_null=1";
}

/* How often `byte` stands in the len bytes at an address that may have been
 * given back to the allocator: read as a debugger would. */
static size_t count_at(uintptr_t address, unsigned char byte, size_t len)
{
	unsigned char copy[8192];
	int fd = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
	size_t n = 0;

	assert_true(fd >= 0 && len <= sizeof(copy));
	assert_int_equal(pread(fd, copy, len, (off_t)address), len);
	close(fd);
	for (size_t i = 0; i < len; i++)
		n += copy[i] == byte;
	return n;
}

static void a_new_buffer_is_empty_and_owns_nothing(void **state)
{
	struct buf b = BUF_INIT(10), c;

	(void)state;
	buf_init(&c, 10);
	assert_null(b.data);
	assert_int_equal(b.len, 0);
	assert_int_equal(b.max, 10);
	assert_false(b.failed);
	assert_memory_equal(&b.data, &c.data, sizeof(b.data));
	assert_int_equal(c.max, 10);
	assert_string_equal(buf_str(&b), "");
	buf_release(&b);
	buf_release(&b);
}

static void appended_pieces_stand_one_after_another(void **state)
{
	struct buf b = BUF_INIT(100);

	(void)state;
	buf_add(&b, "ab\0c", 4);
	buf_adds(&b, "de");
	buf_addc(&b, 'f');
	buf_addf(&b, "%d-%s", 42, "g");
	assert_false(b.failed);
	assert_int_equal(b.len, 11);
	assert_memory_equal(b.data, "ab\0cdef42-g", 11);
	buf_release(&b);
}

static void appending_nothing_needs_no_memory(void **state)
{
	struct buf b = BUF_INIT(0);

	(void)state;
	buf_add(&b, NULL, 0);
	buf_adds(&b, "");
	assert_null(b.data);
	assert_false(b.failed);
	buf_addf(&b, "%s", "");
	assert_false(b.failed);
	assert_int_equal(b.cap, 0);
	buf_addc(&b, 'x');
	assert_true(b.failed);
	buf_release(&b);
}

static void a_buffer_can_be_filled_up_to_its_maximum(void **state)
{
	struct buf b = BUF_INIT(1000);

	(void)state;
	for (int i = 0; i < 1000; i++)
		buf_addc(&b, 'x');
	assert_false(b.failed);
	assert_int_equal(b.len, 1000);
	assert_true(b.cap <= b.max);
	assert_int_equal(strlen(buf_str(&b)), 1000);
	buf_addc(&b, 'y');
	assert_true(b.failed);
	assert_int_equal(b.len, 1000);
	buf_release(&b);
}

static void an_append_that_does_not_fit_fails_the_buffer(void **state)
{
	struct buf b = BUF_INIT(4);

	(void)state;
	buf_adds(&b, "abc");
	buf_adds(&b, "de");
	assert_true(b.failed);
	assert_int_equal(b.len, 3);
	buf_addc(&b, 'd');
	buf_addf(&b, "d");
	buf_add(&b, NULL, 0);
	assert_null(buf_reserve(&b, 0));
	buf_commit(&b, 0);
	assert_int_equal(b.len, 3);
	assert_memory_equal(b.data, "abc", 3);
	assert_string_equal(buf_str(&b), "");
	buf_release(&b);
	assert_false(b.failed);
	assert_int_equal(b.max, 4);
}

static void a_formatted_text_that_does_not_fit_appends_nothing(void **state)
{
	struct buf b = BUF_INIT(5);

	(void)state;
	buf_addf(&b, "%s", "12345");
	assert_false(b.failed);
	assert_string_equal(buf_str(&b), "12345");
	buf_clear(&b);
	buf_addf(&b, "%s", "123456");
	assert_true(b.failed);
	assert_int_equal(b.len, 0);
	buf_release(&b);
}

static void a_length_that_overflows_fails_the_buffer(void **state)
{
	struct buf b = BUF_INIT(SIZE_MAX);

	(void)state;
	buf_addc(&b, 'x');
	assert_null(buf_reserve(&b, SIZE_MAX));
	assert_true(b.failed);
	buf_clear(&b);
	assert_null(buf_reserve(&b, SIZE_MAX));
	assert_true(b.failed);
	buf_release(&b);
}

static void running_out_of_memory_fails_the_buffer(void **state)
{
	struct buf b = BUF_INIT(SIZE_MAX);

	(void)state;
	buf_adds(&b, "kept");
	assert_null(buf_reserve(&b, SIZE_MAX / 4));
	assert_true(b.failed);
	assert_int_equal(b.len, 4);
	buf_release(&b);
}

static void reserved_bytes_count_once_they_are_committed(void **state)
{
	struct buf b = BUF_INIT(1000);
	unsigned char *p = buf_reserve(&b, 600);

	(void)state;
	assert_non_null(p);
	memset(p, 'r', 600);
	assert_int_equal(b.len, 0);
	buf_commit(&b, 600);
	assert_int_equal(b.len, 600);
	assert_non_null(buf_reserve(&b, 400));
	assert_null(buf_reserve(&b, 401));
	buf_release(&b);
}

static void committing_more_than_there_is_room_for_fails(void **state)
{
	struct buf b = BUF_INIT(1000);

	(void)state;
	buf_commit(&b, 1);
	assert_true(b.failed);
	buf_clear(&b);
	assert_non_null(buf_reserve(&b, 10));
	buf_commit(&b, 1001);
	assert_true(b.failed);
	assert_int_equal(b.len, 0);
	buf_release(&b);
}

static void consuming_moves_the_rest_to_the_front(void **state)
{
	struct buf b = BUF_INIT(100);

	(void)state;
	buf_consume(&b, 5);
	buf_adds(&b, "abcdef");
	buf_consume(&b, 0);
	buf_consume(&b, 2);
	assert_string_equal(buf_str(&b), "cdef");
	buf_consume(&b, 100);
	assert_int_equal(b.len, 0);
	buf_release(&b);
}

static void consumed_bytes_are_wiped(void **state)
{
	struct buf b = BUF_INIT(100);

	(void)state;
	buf_adds(&b, "SSSSSSSSab");
	buf_consume(&b, 8);
	assert_int_equal(count_at((uintptr_t)b.data, 'S', b.cap), 0);
	assert_memory_equal(b.data, "ab", 2);
	buf_release(&b);
}

static void truncating_wipes_what_is_cut_off(void **state)
{
	struct buf b = BUF_INIT(100);

	(void)state;
	buf_adds(&b, "abSSSSSSSS");
	buf_truncate(&b, 11);
	assert_int_equal(b.len, 10);
	buf_truncate(&b, 2);
	assert_int_equal(count_at((uintptr_t)b.data, 'S', b.cap), 0);
	assert_string_equal(buf_str(&b), "ab");
	buf_truncate(&b, 0);
	assert_string_equal(buf_str(&b), "");
	buf_release(&b);
}

static void clearing_wipes_the_contents_and_forgets_the_failure(void **state)
{
	struct buf b = BUF_INIT(300);
	unsigned char *p;

	(void)state;
	buf_clear(&b);
	buf_adds(&b, "SSSS");
	p = buf_reserve(&b, 100);
	assert_non_null(p);
	memset(p, 'S', 100); /* written, never committed */
	p = b.data;
	assert_null(buf_reserve(&b, 301));
	buf_clear(&b);
	assert_false(b.failed);
	assert_int_equal(b.len, 0);
	assert_ptr_equal(b.data, p);
	assert_int_equal(count_at((uintptr_t)p, 'S', b.cap), 0);
	buf_adds(&b, "again");
	assert_string_equal(buf_str(&b), "again");
	buf_release(&b);
}

static void releasing_wipes_before_freeing(void **state)
{
	struct buf b = BUF_INIT(4000);
	uintptr_t address;
	size_t cap;

	(void)state;
	for (int i = 0; i < 3000; i++)
		buf_addc(&b, 'S');
	address = (uintptr_t)b.data;
	cap = b.cap;
	assert_int_equal(count_at(address, 'S', cap), 3000);
	buf_release(&b);
	assert_null(b.data);
	/* The allocator may have put links of its own there. */
	assert_true(count_at(address, 'S', cap) < 8);
}

static void growing_wipes_the_block_that_is_left(void **state)
{
	struct buf b = BUF_INIT(1 << 20);
	uintptr_t address;
	size_t cap;

	(void)state;
	buf_adds(&b, "S");
	while (b.len < b.cap)
		buf_addc(&b, 'S');
	address = (uintptr_t)b.data;
	cap = b.cap;
	buf_addc(&b, 'S');
	assert_false(b.failed);
	assert_int_not_equal((uintptr_t)b.data, address);
	assert_true(count_at(address, 'S', cap) < 8);
	assert_int_equal(count_at((uintptr_t)b.data, 'S', b.len), b.len);
	buf_release(&b);
}

static void a_string_ends_with_a_nul_that_is_not_counted(void **state)
{
	struct buf b = BUF_INIT(3);

	(void)state;
	buf_adds(&b, "abc");
	assert_string_equal(buf_str(&b), "abc");
	assert_int_equal(b.len, 3);
	assert_false(b.failed);
	buf_truncate(&b, 1);
	assert_string_equal(buf_str(&b), "a");
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_new_buffer_is_empty_and_owns_nothing),
	    cmocka_unit_test(appended_pieces_stand_one_after_another),
	    cmocka_unit_test(appending_nothing_needs_no_memory),
	    cmocka_unit_test(a_buffer_can_be_filled_up_to_its_maximum),
	    cmocka_unit_test(an_append_that_does_not_fit_fails_the_buffer),
	    cmocka_unit_test(
		a_formatted_text_that_does_not_fit_appends_nothing),
	    cmocka_unit_test(a_length_that_overflows_fails_the_buffer),
	    cmocka_unit_test(running_out_of_memory_fails_the_buffer),
	    cmocka_unit_test(reserved_bytes_count_once_they_are_committed),
	    cmocka_unit_test(committing_more_than_there_is_room_for_fails),
	    cmocka_unit_test(consuming_moves_the_rest_to_the_front),
	    cmocka_unit_test(consumed_bytes_are_wiped),
	    cmocka_unit_test(truncating_wipes_what_is_cut_off),
	    cmocka_unit_test(
		clearing_wipes_the_contents_and_forgets_the_failure),
	    cmocka_unit_test(releasing_wipes_before_freeing),
	    cmocka_unit_test(growing_wipes_the_block_that_is_left),
	    cmocka_unit_test(a_string_ends_with_a_nul_that_is_not_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
