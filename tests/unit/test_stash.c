/* What a shell had before, kept under a handle: broker/stash.h. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "broker/stash.h"

static struct slab *slab;
static struct stash *stash;
static unsigned char handle[STASH_HANDLE], other[STASH_HANDLE];

static int setup(void **state)
{
	struct err e;

	(void)state;
	return slab_new(&slab, 1 << 20, &e) | stash_new(&stash, slab);
}

static int teardown(void **state)
{
	(void)state;
	stash_free(stash);
	slab_free(slab);
	return 0;
}

static void put(const void *p, size_t len, unsigned char h[STASH_HANDLE])
{
	struct err e;

	assert_int_equal(stash_put(stash, p, len, h, &e), 0);
}

static int get(const unsigned char h[STASH_HANDLE], const char *want)
{
	const void *p;
	size_t len;
	struct err e;
	int rc = stash_get(stash, h, &p, &len, &e);

	if (rc == 0) {
		assert_int_equal(len, strlen(want));
		assert_memory_equal(p, want, len);
	}
	return rc;
}

static void what_was_put_is_got(void **state)
{
	(void)state;
	put("one", 3, handle);
	put("two", 3, other);
	assert_int_equal(get(handle, "one"), 0);
	assert_int_equal(get(other, "two"), 0);
}

static void equal_contents_have_one_handle(void **state)
{
	(void)state;
	put("one", 3, handle);
	put("two", 3, other);
	assert_memory_not_equal(handle, other, sizeof(handle));
	put("one", 3, other);
	assert_memory_equal(handle, other, sizeof(handle));
}

static void another_broker_gives_another_handle(void **state)
{
	struct stash *second;
	struct err e;

	(void)state;
	put("one", 3, handle);
	assert_int_equal(stash_new(&second, slab), 0);
	assert_int_equal(stash_put(second, "one", 3, other, &e), 0);
	assert_memory_not_equal(handle, other, sizeof(handle));
	stash_free(second);
}

static void a_handle_that_was_never_given_finds_nothing(void **state)
{
	(void)state;
	put("one", 3, handle);
	handle[0] ^= 1;
	assert_int_equal(get(handle, ""), ERR_NOT_FOUND);
}

static void the_one_unused_for_longest_goes(void **state)
{
	unsigned char h[STASH_HANDLE];
	char text[16];
	int i;

	(void)state;
	put("first", 5, handle);
	put("second", 6, other);
	for (i = 2; i < STASH_MAX; i++) {
		(void)snprintf(text, sizeof(text), "n%d", i);
		put(text, strlen(text), h);
	}
	assert_int_equal(get(handle, "first"), 0); /* used */
	put("one more", 8, h);
	assert_int_equal(get(handle, "first"), 0);
	assert_int_equal(get(other, "second"), ERR_NOT_FOUND);
}

static void one_that_is_too_large_is_refused(void **state)
{
	static const char much[STASH_MAX_BYTES + 1];
	struct err e;

	(void)state;
	assert_int_equal(
	    stash_put(stash, much, sizeof(much), handle, &e), ERR_LIMIT);
	put(much, STASH_MAX_BYTES, handle);
}

static void large_ones_push_out_others_and_not_the_slab(void **state)
{
	static char much[STASH_MAX_BYTES];
	struct secret *s;
	int i;

	(void)state;
	put("first", 5, other);
	for (i = 0; i < 100; i++) {
		much[0] = (char)i;
		put(much, sizeof(much), handle);
	}
	assert_int_equal(get(other, "first"), ERR_NOT_FOUND);
	/* Half of the slab is for others. */
	assert_int_equal(secret_new(&s, slab, much, sizeof(much)), 0);
	secret_free(s);
}

static void a_full_slab_costs_the_oldest_first(void **state)
{
	static char much[STASH_MAX_BYTES];
	struct secret *hold[200];
	struct err e;
	size_t n = 0;

	(void)state;
	put("first", 5, handle);
	while (n < 200 && secret_new(&hold[n], slab, much, sizeof(much)) == 0)
		n++;
	assert_true(n < 200);
	assert_int_equal(
	    stash_put(stash, much, sizeof(much), other, &e), ERR_NOMEM);
	while (n > 0)
		secret_free(hold[--n]);
	put(much, sizeof(much), other);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
	    T(what_was_put_is_got),
	    T(equal_contents_have_one_handle),
	    T(another_broker_gives_another_handle),
	    T(a_handle_that_was_never_given_finds_nothing),
	    T(the_one_unused_for_longest_goes),
	    T(one_that_is_too_large_is_refused),
	    T(large_ones_push_out_others_and_not_the_slab),
	    T(a_full_slab_costs_the_oldest_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
