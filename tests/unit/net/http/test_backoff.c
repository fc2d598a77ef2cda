#include "net/http/backoff.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct err down = {ERR_UPSTREAM, 0, "not reached", 0};

/* What is waited after so many failures. */
static int64_t wait_after(unsigned failures)
{
	struct backoff t = {.what = NULL};
	int64_t ms = 0;

	for (unsigned i = 0; i < failures; i++)
		ms = backoff_note(&t, 0, &down, -1, 1);
	backoff_clear(&t);
	return ms;
}

/* Many brokers that failed together do not come back together. */
static void half_of_each_wait_is_left_to_chance(void **state)
{
	static const int64_t most[] = {
	    1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000};

	(void)state;
	for (unsigned n = 0; n < sizeof(most) / sizeof(most[0]); n++) {
		int64_t least = INT64_MAX, longest = 0;

		for (int i = 0; i < 200; i++) {
			int64_t ms = wait_after(n + 1);

			assert_in_range(ms, most[n] / 2, most[n]);
			least = ms < least ? ms : least;
			longest = ms > longest ? ms : longest;
		}
		/* Of 200 draws some lie in the first tenth, and some in the
		 * last, but for once in 10^8 times. */
		assert_true(least < most[n] / 2 + most[n] / 20);
		assert_true(longest > most[n] - most[n] / 20);
	}
}

static void a_refusal_stays_for_as_long_as_is_said(void **state)
{
	const struct err no = {ERR_DENIED, 0, "no", 0};
	struct backoff t = {.what = NULL};

	(void)state;
	for (int i = 0; i < 5; i++)
		assert_int_equal(backoff_note(&t, 0, &no, 77, 5000), 5000);
	assert_int_equal(backoff_left(&t, 4999), 1);
	assert_int_equal(backoff_left(&t, 5000), 0);
	backoff_clear(&t);
}

static void the_servers_word_counts_up_to_an_hour(void **state)
{
	struct backoff t = {.what = NULL};

	(void)state;
	assert_int_equal(backoff_note(&t, 0, &down, 120, 1), 120 * 1000);
	assert_int_equal(backoff_note(&t, 0, &down, 99999, 1), 3600 * 1000);
	backoff_clear(&t);
}

static void what_is_ours_is_not_remembered(void **state)
{
	const struct err ours[] = {
	    {ERR_BUSY, 0, "full", 0}, {ERR_NOMEM, 0, "no memory", 0}};
	struct backoff t = {.what = NULL};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		assert_true(backoff_is_ours(&ours[i]));
		assert_int_equal(backoff_note(&t, 0, &ours[i], 60, 1), 1000);
		assert_int_equal(backoff_left(&t, 0), 0);
		assert_null(t.what);
	}
	assert_false(backoff_is_ours(&down));
	/* What a server has said stays. */
	(void)backoff_note(&t, 0, &down, 60, 1);
	(void)backoff_note(&t, 0, &ours[0], 60, 1);
	assert_int_equal(backoff_left(&t, 0), 60);
	assert_string_equal(t.what->msg, "not reached");
	backoff_clear(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(half_of_each_wait_is_left_to_chance),
	    cmocka_unit_test(a_refusal_stays_for_as_long_as_is_said),
	    cmocka_unit_test(the_servers_word_counts_up_to_an_hour),
	    cmocka_unit_test(what_is_ours_is_not_remembered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
