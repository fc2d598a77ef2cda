/* What a shell had before, kept under a handle: broker/grants/originals.h. */

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/sys/plat.h"
#include "broker/grants/originals.h"
#include "net/runtime/loop.h"
#include "pump.h"

static struct loop *loop;
static struct slab *slab;
static struct originals *stash;
static unsigned char handle[ORIGINALS_HANDLE], other[ORIGINALS_HANDLE];

static int setup(void **state)
{
	struct err e;

	(void)state;
	return loop_new(&loop, NULL, NULL) | slab_new(&slab, 1 << 20, &e) |
	       originals_new(&stash, loop, slab);
}

static int teardown(void **state)
{
	(void)state;
	originals_free(stash);
	slab_free(slab);
	loop_free(loop);
	return 0;
}

static void put(const void *p, size_t len, unsigned char h[ORIGINALS_HANDLE])
{
	struct err e;

	assert_int_equal(originals_put(stash, p, len, getpid(), h, &e), 0);
}

static int get(const unsigned char h[ORIGINALS_HANDLE], const char *want)
{
	const void *p;
	size_t len;
	struct err e;
	int rc = originals_get(stash, h, &p, &len, &e);

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
	struct originals *second;
	struct err e;

	(void)state;
	put("one", 3, handle);
	assert_int_equal(originals_new(&second, loop, slab), 0);
	assert_int_equal(
	    originals_put(second, "one", 3, getpid(), other, &e), 0);
	assert_memory_not_equal(handle, other, sizeof(handle));
	originals_free(second);
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
	unsigned char h[ORIGINALS_HANDLE];
	char text[16];
	int i;

	(void)state;
	put("first", 5, handle);
	put("second", 6, other);
	for (i = 2; i < ORIGINALS_MAX; i++) {
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
	static const char much[ORIGINALS_MAX_BYTES + 1];
	struct err e;

	(void)state;
	assert_int_equal(
	    originals_put(stash, much, sizeof(much), getpid(), handle, &e),
	    ERR_LIMIT);
	put(much, ORIGINALS_MAX_BYTES, handle);
}

static void large_ones_push_out_others_and_not_the_slab(void **state)
{
	static char much[ORIGINALS_MAX_BYTES];
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
	static char much[ORIGINALS_MAX_BYTES];
	struct secret *hold[200];
	struct err e;
	size_t n = 0;

	(void)state;
	put("first", 5, handle);
	while (n < 200 && secret_new(&hold[n], slab, much, sizeof(much)) == 0)
		n++;
	assert_true(n < 200);
	assert_int_equal(
	    originals_put(stash, much, sizeof(much), getpid(), other, &e),
	    ERR_NOMEM);
	while (n > 0)
		secret_free(hold[--n]);
	put(much, sizeof(much), other);
}

/* A process that holds what we say. */
static pid_t a_shell(void)
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0)
		for (;;)
			(void)pause();
	return pid;
}

static void end(pid_t pid)
{
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void turn(void)
{
	assert_int_equal(loop_once(loop, 0, NULL), 0);
}

/* Where there are no pidfds (valgrind), shells are looked at now and then. */
static void is_soon_gone(const char *want)
{
	int64_t until = plat_ms() + PUMP_MS;

	while (get(handle, want) == 0 && plat_ms() < until)
		assert_int_equal(loop_once(loop, 20, NULL), 0);
	assert_int_equal(get(handle, want), ERR_NOT_FOUND);
}

static void the_end_of_the_shell_is_the_end_of_it(void **state)
{
	pid_t shell = a_shell();
	struct err e;

	(void)state;
	assert_int_equal(originals_put(stash, "one", 3, shell, handle, &e), 0);
	turn();
	assert_int_equal(get(handle, "one"), 0);
	end(shell);
	is_soon_gone("one");
}

static void the_last_that_holds_it_counts(void **state)
{
	pid_t a = a_shell(), b = a_shell(), c = a_shell();
	struct err e;

	(void)state;
	assert_int_equal(originals_put(stash, "one", 3, a, handle, &e), 0);
	/* The same contents, and one that has inherited the handle. */
	assert_int_equal(originals_put(stash, "one", 3, b, other, &e), 0);
	assert_memory_equal(handle, other, sizeof(handle));
	assert_int_equal(originals_hold(stash, handle, c, &e), 0);
	assert_int_equal(originals_hold(stash, handle, c, &e), 0);
	end(a);
	turn();
	assert_int_equal(get(handle, "one"), 0);
	originals_drop(stash, handle, b);
	originals_drop(stash, handle, b);
	assert_int_equal(get(handle, "one"), 0);
	end(c);
	is_soon_gone("one");
	assert_int_equal(originals_hold(stash, handle, b, &e), ERR_NOT_FOUND);
	end(b);
}

/* Before the loop has heard that the first one is gone. */
static void a_pid_that_is_used_again_is_another_shell(void **state)
{
	pid_t shell = a_shell();
	struct err e;

	(void)state;
	assert_int_equal(originals_put(stash, "one", 3, shell, handle, &e), 0);
	end(shell);
	assert_int_equal(
	    originals_hold(stash, handle, shell, &e), ERR_NOT_FOUND);
	is_soon_gone("one");
}

static void who_has_ended_or_is_nobody_s_holds_nothing(void **state)
{
	pid_t shell = a_shell();
	struct err e;

	(void)state;
	end(shell);
	assert_int_equal(
	    originals_put(stash, "one", 3, shell, handle, &e), ERR_NOT_FOUND);
	assert_int_equal(get(handle, "one"), ERR_NOT_FOUND);
	assert_int_equal(
	    originals_put(stash, "one", 3, 0, handle, &e), ERR_NOT_FOUND);
	if (geteuid() == 0) {
		assert_int_equal(seteuid(65534), 0);
		assert_int_equal(setresuid(65534, 65534, 0), 0);
	}
	assert_int_equal(
	    originals_put(stash, "one", 3, 1, handle, &e), ERR_FOREIGN);
	assert_int_equal(get(handle, "one"), ERR_NOT_FOUND);
	if (getuid() == 65534)
		(void)!setresuid(0, 0, 0);
}

static void a_logout_of_all_drops_all(void **state)
{
	(void)state;
	put("one", 3, handle);
	put("two", 3, other);
	originals_clear(stash);
	assert_int_equal(get(handle, "one"), ERR_NOT_FOUND);
	assert_int_equal(get(other, "two"), ERR_NOT_FOUND);
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
	    T(the_end_of_the_shell_is_the_end_of_it),
	    T(the_last_that_holds_it_counts),
	    T(a_pid_that_is_used_again_is_another_shell),
	    T(who_has_ended_or_is_nobody_s_holds_nothing),
	    T(a_logout_of_all_drops_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
