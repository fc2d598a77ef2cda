#include "base/sys/fault.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/core/text.h"

static void without_a_fault_there_is_no_error(void **state)
{
	struct fault_list f;
	struct err e = {0};

	(void)state;
	fault_init(&f);
	assert_int_equal(fault_end(&f, "/f", &e), 0);
}

static void faults_are_joined_behind_the_path(void **state)
{
	struct fault_list f;
	struct err e;

	(void)state;
	assert_int_equal(setenv("HOME", "/home/u", 1), 0);
	fault_init(&f);
	fault_add(&f, "%s is wrong", "a");
	fault_add(&f, "b is too");
	assert_int_equal(fault_end(&f, "/home/u/f", &e), ERR_FORMAT);
	assert_string_equal(e.msg, "~/f: a is wrong; b is too");
}

static void any_number_of_faults_fits_into_an_error(void **state)
{
	char path[4096], word[1000];
	struct fault_list f;
	struct err e;

	(void)state;
	memset(path, '\x1b', sizeof(path) - 1);
	path[0] = '/';
	path[sizeof(path) - 1] = '\0';
	memset(word, 'w', sizeof(word) - 1);
	word[sizeof(word) - 1] = '\0';
	fault_init(&f);
	fault_add(&f, "first");
	for (int i = 0; i < 1000; i++)
		fault_add(&f, "%s", word);
	assert_int_equal(fault_end(&f, path, &e), ERR_FORMAT);
	assert_true(strlen(e.msg) < sizeof(e.msg) - 1);
	assert_non_null(strstr(e.msg, ": first; and 1000 more"));
	/* One that alone is too long. */
	fault_init(&f);
	fault_add(&f, "%s", word);
	assert_int_equal(fault_end(&f, "/f", &e), ERR_FORMAT);
}

static void a_long_path_keeps_its_end_and_stays_utf8(void **state)
{
	char path[600], out[FAULT_PATH];

	(void)state;
	for (size_t shift = 0; shift < 2; shift++) {
		memset(path, 'a', sizeof(path));
		for (size_t i = 1 + shift; i < 590; i += 2)
			memcpy(path + i, "\xc3\xa4", 2);
		path[0] = '/';
		memcpy(path + 590, "/end", 5);
		assert_ptr_equal(fault_path(path, out), out);
		assert_memory_equal(out, "...", 3);
		assert_string_equal(out + strlen(out) - 4, "/end");
		assert_true(strlen(out) >= FAULT_PATH - 3);
		assert_true(text_utf8(out, strlen(out)));
	}
	assert_string_equal(fault_path("/a\nb", out), "/a\\x0ab");
}

static void what_shows_as_it_is_is_told_from_what_does_not(void **state)
{
	static const char *const good[] = {"", "a b~", "\xc3\xa4",
	    "\xe9\x96\x8b", "\\x41", "\xf0\x9f\x98\x80"};
	static const char *const bad[] = {"\n", "\x1b[m", "\x7f", "\xc2\x85",
	    "\xff", "a\xc3", "\xe2\x80\xae", "\xe2\x80\x8b", "\xc2\xad",
	    "\xed\xa0\x80", "\xc0\xaf"};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_int_equal(fault_shows(good[i], strlen(good[i])), 1);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(fault_shows(bad[i], strlen(bad[i])), 0);
	assert_int_equal(fault_shows("a\0b", 3), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(without_a_fault_there_is_no_error),
	    cmocka_unit_test(faults_are_joined_behind_the_path),
	    cmocka_unit_test(any_number_of_faults_fits_into_an_error),
	    cmocka_unit_test(a_long_path_keeps_its_end_and_stays_utf8),
	    cmocka_unit_test(what_shows_as_it_is_is_told_from_what_does_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
