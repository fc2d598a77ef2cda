/* What is freed is wiped, whoever frees it: net/runtime/alloc.c. */

#include "scratch.h"

#include <errno.h>
#include <malloc.h>
#include <pthread.h>

#include "memscan.h"

static char *dup_secret(void)
{
	char *p = malloc(MEMSCAN_LEN + 1);

	assert_non_null(p);
	memscan_secret(p);
	return p;
}

static void a_trace_is_found(void **state)
{
	char *p;

	(void)state;
	ONLY_WHERE_FREE_WIPES();
	p = dup_secret();
	assert_true(memscan_traces() > 0);
	memset(p, 0, MEMSCAN_LEN);
	assert_int_equal(memscan_traces(), 0);
	free(p);
}

static void what_is_freed_is_wiped(void **state)
{
	void *aligned[3];
	char *p;

	(void)state;
	ONLY_WHERE_FREE_WIPES();
	free(dup_secret());
	p = malloc(1000);
	memscan_secret(p + malloc_usable_size(p) - MEMSCAN_LEN - 1);
	free(p);
	p = malloc(1 << 20); /* a mapping of its own */
	memscan_secret(p + 5000);
	free(p);
	aligned[0] = aligned_alloc(4096, 8192);
	aligned[1] = memalign(64, 1000);
	assert_int_equal(posix_memalign(&aligned[2], 256, 1000), 0);
	for (size_t i = 0; i < 3; i++) {
		memscan_secret((char *)aligned[i] + 100);
		free(aligned[i]);
	}
	assert_int_equal(memscan_traces(), 0);
}

static void a_block_that_moves_or_shrinks_leaves_nothing(void **state)
{
	char *p, *q;

	(void)state;
	ONLY_WHERE_FREE_WIPES();
	p = malloc(200);
	memscan_secret(p + 130);
	p = realloc(p, 150); /* in place: cuts it off */
	p[129] = 'x';
	q = realloc(p, 130);
	assert_int_equal(memscan_traces(), 0);
	memscan_secret(q + 20);
	for (size_t size = 200; size < 1 << 21; size *= 3) {
		q = realloc(q, size);
		assert_non_null(q);
		assert_int_equal(q[129], 'x');
	}
	memset(q + 20, 0, MEMSCAN_LEN);
	assert_int_equal(memscan_traces(), 0);
	memscan_secret(q + 1000);
	q = realloc(q, 140);
	assert_int_equal(q[129], 'x');
	assert_int_equal(memscan_traces(), 0);
	q = reallocarray(q, 1000, 30);
	memscan_secret(q + 1000);
	q = reallocarray(q, 10, 20);
	assert_int_equal(memscan_traces(), 0);
	free(q);
}

static void reallocation_keeps_to_the_rules(void **state)
{
	/* The compiler would object to what it can see. */
	void *(*volatile resize)(void *, size_t) = realloc;
	void *(*volatile resize_array)(void *, size_t, size_t) = reallocarray;
	char *p, *q;

	(void)state;
	ONLY_WHERE_FREE_WIPES(); /* others abort at such sizes */
	p = realloc(NULL, 100);
	assert_non_null(p);
	memset(p, 'x', 100);
	errno = 0;
	q = resize(p, PTRDIFF_MAX);
	if (q)
		fail_msg("realloc() of half of all addresses");
	assert_int_equal(errno, ENOMEM);
	errno = 0;
	q = resize_array(p, SIZE_MAX / 2 + 2, 2);
	if (q)
		fail_msg("reallocarray() of more than all addresses");
	assert_int_equal(errno, ENOMEM);
	errno = EXDEV;
	free(p);
	assert_int_equal(errno, EXDEV);
	free(NULL);
}

/* A buffer of stdio is allocated, moved and freed by the libc itself. */
static void the_libc_frees_so_too(void **state)
{
	char *line = NULL, *p;
	size_t cap = 0;
	FILE *f;

	(void)state;
	ONLY_WHERE_FREE_WIPES();
	p = dup_secret();
	f = fopen("file", "we");
	for (int i = 0; i < 1000; i++)
		assert_true(fputs(p, f) >= 0);
	assert_int_equal(fclose(f), 0);
	free(p);
	assert_int_equal(memscan_traces(), 0);
	f = fopen("file", "re");
	assert_int_equal(getline(&line, &cap, f), 1000 * MEMSCAN_LEN);
	assert_true(memscan_traces() > 0);
	memset(line, 0, 1000 * MEMSCAN_LEN);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(memscan_traces(), 0);
	free(line);
}

enum {
	THREADS = 8,
	ROUNDS = 2000,
	KEPT = 64,
};

/* Blocks of one thread are freed by the next. */
static char *kept[THREADS][KEPT];

static void *churn(void *arg)
{
	size_t own = *(size_t *)arg, i;

	for (i = 0; i < ROUNDS; i++) {
		size_t size = 8 + i * 37 % 5000;
		char *p = i % 3 ? malloc(size) : calloc(1, size), *fresh;

		if (!p || (i % 3 == 0 && p[size - 1] != 0))
			abort();
		if (size > 100)
			memscan_secret(p + size - MEMSCAN_LEN - 1);
		if (i % 5 == 0) {
			fresh = realloc(p, size * 2);
			if (!fresh)
				abort();
			p = fresh;
		}
		free(__atomic_exchange_n(
		    &kept[(own + i) % THREADS][i % KEPT], p, __ATOMIC_ACQ_REL));
	}
	return NULL;
}

static void threads_free_so_too(void **state)
{
	pthread_t threads[THREADS];
	size_t id[THREADS], i, k;

	(void)state;
	for (i = 0; i < THREADS; i++) {
		id[i] = i;
		assert_int_equal(
		    pthread_create(&threads[i], NULL, churn, &id[i]), 0);
	}
	for (i = 0; i < THREADS; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	for (i = 0; i < THREADS; i++) {
		for (k = 0; k < KEPT; k++) {
			free(kept[i][k]);
			kept[i][k] = NULL;
		}
	}
	if (memscan_works())
		assert_int_equal(memscan_traces(), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_trace_is_found),
	    TEST(what_is_freed_is_wiped),
	    TEST(a_block_that_moves_or_shrinks_leaves_nothing),
	    TEST(reallocation_keeps_to_the_rules),
	    TEST(the_libc_frees_so_too),
	    TEST(threads_free_so_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
