#include "base/core/secret.h"

#include <fcntl.h>
#include <grp.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum {
	NOBODY = 65534
};

static struct slab *new_slab(size_t bytes)
{
	struct slab *slab = NULL;
	struct err e = {0};

	if (slab_new(&slab, bytes, &e))
		fail_msg("%s", e.msg);
	assert_non_null(slab);
	return slab;
}

static struct secret *keep(struct slab *slab, const void *p, size_t len)
{
	struct secret *s = NULL;

	assert_int_equal(secret_new(&s, slab, p, len), 0);
	assert_non_null(s);
	return s;
}

static size_t page(void)
{
	return (size_t)sysconf(_SC_PAGESIZE);
}

/* The mapping that p lies in, and its flags, as the kernel tells them. */
struct mapping {
	unsigned long first, last;
	char flags[128];
};

static struct mapping mapping_of(const void *p)
{
	FILE *f = fopen("/proc/self/smaps", "re");
	struct mapping found = {0};
	unsigned long first, last;
	char line[512];
	int inside = 0;

	assert_non_null(f);
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%lx-%lx ", &first, &last) == 2) {
			inside = (uintptr_t)p >= first && (uintptr_t)p < last;
			if (inside)
				found = (struct mapping){first, last, ""};
		} else if (inside && strncmp(line, "VmFlags:", 8) == 0) {
			memcpy(found.flags, line + 8, sizeof(found.flags) - 1);
		}
	}
	(void)fclose(f);
	return found;
}

/* The child's end: 0 or the signal; fails on any other exit status. */
static int signal_of(int (*fn)(void *), void *arg)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		/* AddressSanitizer would turn the signal into a report. */
		(void)signal(SIGSEGV, SIG_DFL);
		(void)signal(SIGBUS, SIG_DFL);
		(void)signal(SIGABRT, SIG_DFL);
		_exit(fn(arg));
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFSIGNALED(status))
		return WTERMSIG(status);
	assert_int_equal(WEXITSTATUS(status), 0);
	return 0;
}

/* --- one secret */

static void a_secret_keeps_its_bytes(void **state)
{
	struct slab *slab = new_slab(1);
	char token[] = "to\0ken";
	struct secret *s = keep(slab, token, 6);

	(void)state;
	memset(token, 'x', sizeof(token));
	assert_int_equal(secret_len(s), 6);
	assert_memory_equal(secret_bytes(s), "to\0ken", 7);
	secret_free(s);
	slab_free(slab);
}

static void an_empty_secret_is_a_secret(void **state)
{
	struct slab *slab = new_slab(1);
	struct secret *s = keep(slab, NULL, 0);

	(void)state;
	assert_int_equal(secret_len(s), 0);
	assert_string_equal(secret_bytes(s), "");
	assert_int_equal(secret_is(s, "", 0), 1);
	assert_int_equal(secret_is(s, "x", 1), 0);
	secret_free(s);
	slab_free(slab);
}

static void a_secret_is_only_its_exact_bytes(void **state)
{
	struct slab *slab = new_slab(1);
	struct secret *s = keep(slab, "token", 5);

	(void)state;
	assert_int_equal(secret_is(s, "token", 5), 1);
	assert_int_equal(secret_is(s, "tokem", 5), 0);
	assert_int_equal(secret_is(s, "Token", 5), 0);
	assert_int_equal(secret_is(s, "toke", 4), 0);
	assert_int_equal(secret_is(s, "token\0", 6), 0);
	assert_int_equal(secret_is(s, "", 0), 0);
	secret_free(s);
	slab_free(slab);
}

static void nothing_can_be_freed(void **state)
{
	(void)state;
	secret_free(NULL);
	slab_free(NULL);
}

static void a_freed_secret_is_wiped(void **state)
{
	struct slab *slab = new_slab(1);
	struct secret *s = keep(slab, "SSSSSSSSSSSSSSSSSSSSSSSSSSSS", 28);
	struct secret *next = keep(slab, "next", 4);
	const volatile char *p = secret_bytes(s);

	(void)state;
	assert_int_equal(p[27], 'S');
	secret_free(s);
	for (int i = 0; i < 28; i++)
		assert_int_equal(p[i], 0);
	assert_int_equal(secret_is(next, "next", 4), 1);
	slab_free(slab);
}

static int free_twice(void *arg)
{
	struct slab *slab = NULL;
	struct secret *s = NULL;

	(void)arg;
	if (slab_new(&slab, 1, NULL) || secret_new(&s, slab, "x", 1))
		return 1;
	secret_free(s);
	secret_free(s);
	return 0;
}

static void freeing_a_secret_twice_ends_the_program(void **state)
{
	(void)state;
	assert_int_equal(signal_of(free_twice, NULL), SIGABRT);
}

/* --- the region */

static void the_size_is_rounded_up_to_whole_pages(void **state)
{
	static const size_t sizes[][2] = {
	    {1, 1}, {4095, 1}, {4096, 1}, {4097, 2}, {65536, 16}};

	(void)state;
	if (page() != 4096)
		skip();
	for (size_t i = 0; i < 5; i++) {
		struct slab *slab = new_slab(sizes[i][0]);
		struct mapping m = mapping_of(secret_bytes(keep(slab, "x", 1)));

		assert_int_equal(m.last - m.first, sizes[i][1] * 4096);
		slab_free(slab);
	}
}

static void a_region_of_nonsense_size_is_refused(void **state)
{
	struct slab *slab = NULL;
	struct err e = {0};

	(void)state;
	assert_int_equal(slab_new(&slab, 0, &e), ERR_USAGE);
	assert_null(slab);
	assert_int_equal(slab_new(&slab, SIZE_MAX, &e), ERR_USAGE);
	assert_int_equal(slab_new(&slab, SIZE_MAX / 4, &e), ERR_SYS);
	assert_int_not_equal(e.sys_errno, 0);
	assert_null(slab);
}

/* The byte is made use of, since valgrind leaves out loads that are not. */
static int touch(void *arg)
{
	return *(volatile char *)arg == 'x';
}

static void guard_pages_lie_at_both_ends(void **state)
{
	struct slab *slab = new_slab(3 * page());
	struct mapping m = mapping_of(secret_bytes(keep(slab, "x", 1)));

	(void)state;
	/* In a child the region itself is gone too, so the guards are told
	 * by what the kernel says of them here, and by touching them. */
	assert_null(strstr(mapping_of((void *)(m.first - 1)).flags, " rd"));
	assert_null(strstr(mapping_of((void *)m.last).flags, " rd"));
	assert_int_equal(mapping_of((void *)(m.first - 1)).last, m.first);
	assert_int_equal(mapping_of((void *)m.last).first, m.last);
	assert_non_null(strstr(m.flags, " rd"));
	assert_int_equal(signal_of(touch, (void *)(m.first - 1)), SIGSEGV);
	assert_int_equal(signal_of(touch, (void *)m.last), SIGSEGV);
	slab_free(slab);
}

/* One slab made by the child itself: its own region it can read, the byte
 * after it not. */
static int read_past_the_end(void *arg)
{
	struct slab *slab = NULL;
	struct secret *s = NULL;
	const volatile char *p;

	(void)arg;
	if (slab_new(&slab, page(), NULL) || secret_new(&s, slab, "x", 1))
		return 1;
	p = secret_bytes(s);
	p -= (uintptr_t)p % page();
	for (size_t i = 0; i < page(); i++)
		(void)p[i];
	return p[page()] == 'x';
}

static void reading_past_the_end_of_the_region_is_fatal(void **state)
{
	(void)state;
	assert_int_equal(signal_of(read_past_the_end, NULL), SIGSEGV);
}

static void secrets_are_not_in_a_child(void **state)
{
	struct slab *slab = new_slab(1);
	struct secret *s = keep(slab, "token", 5);
	uintptr_t p = (uintptr_t)secret_bytes(s);

	(void)state;
	assert_int_equal(signal_of(touch, (void *)p), SIGSEGV);
	assert_int_equal(secret_is(s, "token", 5), 1);
	slab_free(slab);
}

static void the_region_is_kept_out_of_cores_and_children(void **state)
{
	struct slab *slab = new_slab(1);
	struct mapping m = mapping_of(secret_bytes(keep(slab, "x", 1)));

	(void)state;
	assert_non_null(strstr(m.flags, " dd"));
	assert_non_null(strstr(m.flags, " dc"));
	slab_free(slab);
}

/* AddressSanitizer turns mlock(2) into nothing. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define NO_MLOCK 1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define NO_MLOCK 1
#endif
#ifndef NO_MLOCK
#define NO_MLOCK 0
#endif

static void a_slab_says_that_it_is_locked_when_it_is(void **state)
{
	struct slab *slab;
	struct mapping m;

	(void)state;
	if (NO_MLOCK)
		skip();
	slab = new_slab(2 * page());
	m = mapping_of(secret_bytes(keep(slab, "x", 1)));
	assert_int_equal(slab_locked(slab), strstr(m.flags, " lo") ? 1 : 0);
	if (geteuid() == 0)
		assert_int_equal(slab_locked(slab), 1);
	slab_free(slab);
}

static int work_unlocked(void *arg)
{
	const struct rlimit none = {0, 0};
	struct slab *slab = NULL;
	struct secret *s = NULL;

	(void)arg;
	if (setrlimit(RLIMIT_MEMLOCK, &none))
		return 1;
	if (geteuid() == 0 &&
	    (setgroups(0, NULL) || setgid(NOBODY) || setuid(NOBODY)))
		return 2;
	if (slab_new(&slab, 1, NULL))
		return 3;
	if (slab_locked(slab))
		return 4;
	if (secret_new(&s, slab, "token", 5) || !secret_is(s, "token", 5))
		return 5;
	slab_free(slab);
	return 0;
}

static void a_slab_that_cannot_be_locked_says_so_and_works(void **state)
{
	(void)state;
	if (NO_MLOCK)
		skip();
	assert_int_equal(signal_of(work_unlocked, NULL), 0);
}

static void a_freed_slab_is_gone(void **state)
{
	struct slab *slab = new_slab(1);
	uintptr_t p = (uintptr_t)secret_bytes(keep(slab, "token", 5));

	(void)state;
	slab_free(slab);
	assert_int_equal(mapping_of((void *)p).last, 0);
}

/* --- room */

static size_t fill(struct slab *slab, struct secret **all, size_t max,
    const void *p, size_t len)
{
	size_t n = 0;

	while (n < max && secret_new(&all[n], slab, p, len) == 0)
		n++;
	return n;
}

static void a_full_slab_refuses_more_and_keeps_what_it_has(void **state)
{
	struct secret *all[500], *one = NULL;
	struct slab *slab = new_slab(page());
	size_t n = fill(slab, all, 500, "0123456789", 10);

	(void)state;
	assert_true(n > 20 && n < 500);
	assert_int_equal(secret_new(&one, slab, "0123456789", 10), ERR_NOMEM);
	assert_null(one);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(secret_is(all[i], "0123456789", 10), 1);
	secret_free(all[n / 2]);
	assert_int_equal(secret_new(&one, slab, "0123456789", 10), 0);
	assert_int_equal(secret_new(&all[n / 2], slab, "x", 1), ERR_NOMEM);
	slab_free(slab);
}

static void a_secret_larger_than_the_region_is_refused(void **state)
{
	struct slab *slab = new_slab(page());
	char *large = test_malloc(2 * page());
	struct secret *s = NULL;

	(void)state;
	memset(large, 'x', 2 * page());
	assert_int_equal(secret_new(&s, slab, large, 2 * page()), ERR_NOMEM);
	assert_int_equal(secret_new(&s, slab, large, page()), ERR_NOMEM);
	assert_int_equal(secret_new(&s, slab, large, page() - 1), ERR_NOMEM);
	assert_int_equal(secret_new(&s, slab, large, SIZE_MAX), ERR_NOMEM);
	assert_int_equal(secret_new(&s, slab, large, SIZE_MAX - 20), ERR_NOMEM);
	/* All but the bookkeeping can be used. */
	assert_int_equal(secret_new(&s, slab, large, page() - 64), 0);
	assert_int_equal(secret_is(s, large, page() - 64), 1);
	test_free(large);
	slab_free(slab);
}

static void freed_neighbours_become_one_room(void **state)
{
	struct secret *all[500], *s = NULL;
	struct slab *slab = new_slab(page());
	char large[1000];
	size_t n = fill(slab, all, 500, "0123456789", 10);

	(void)state;
	memset(large, 'L', sizeof(large));
	assert_int_equal(secret_new(&s, slab, large, sizeof(large)), ERR_NOMEM);
	/* Every second one: room enough, but in pieces. */
	for (size_t i = 0; i < n; i += 2)
		secret_free(all[i]);
	assert_int_equal(secret_new(&s, slab, large, sizeof(large)), ERR_NOMEM);
	for (size_t i = 1; i < n; i += 2) {
		assert_int_equal(secret_is(all[i], "0123456789", 10), 1);
		secret_free(all[i]);
	}
	assert_int_equal(secret_new(&s, slab, large, sizeof(large)), 0);
	assert_int_equal(secret_is(s, large, sizeof(large)), 1);
	secret_free(s);
	assert_int_equal(fill(slab, all, 500, "0123456789", 10), n);
	slab_free(slab);
}

/* Random coming and going, checked against copies. */
static void secrets_that_come_and_go_never_touch_one_another(void **state)
{
	enum {
		SLOTS = 64,
		MOST = 300
	};
	struct slab *slab = new_slab(2 * page());
	struct secret *s[SLOTS] = {0};
	unsigned char copy[SLOTS][MOST];
	uint32_t seed = 1;
	size_t refused = 0;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		size_t i, len;

		seed = seed * 1664525 + 1013904223;
		i = seed >> 16 & (SLOTS - 1);
		len = (seed >> 22) % MOST;
		if (s[i]) {
			assert_true(secret_is(s[i], copy[i], secret_len(s[i])));
			secret_free(s[i]);
			s[i] = NULL;
			continue;
		}
		for (size_t k = 0; k < len; k++)
			copy[i][k] = (unsigned char)(seed >> k % 24);
		if (secret_new(&s[i], slab, copy[i], len))
			refused++;
		else
			assert_int_equal((uintptr_t)s[i] % 16, 0);
	}
	assert_true(refused > 0 && refused < 15000);
	for (size_t i = 0; i < SLOTS; i++) {
		assert_true(
		    !s[i] || secret_is(s[i], copy[i], secret_len(s[i])));
		secret_free(s[i]);
	}
	/* Nothing was lost on the way. */
	memset(copy, 'x', sizeof(copy));
	assert_int_equal(secret_new(&s[0], slab, copy, 2 * page() - 64), 0);
	slab_free(slab);
}

static void a_drawn_secret_is_text_and_like_no_other(void **state)
{
	static const char set[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqr"
				  "stuvwxyz0123456789-_";
	struct slab *slab = new_slab(4096);
	struct secret *a = NULL, *b = NULL, *c = NULL;

	(void)state;
	assert_int_equal(secret_draw(&a, slab, 32), 0);
	assert_int_equal(secret_draw(&b, slab, 32), 0);
	assert_int_equal(secret_draw(&c, slab, 16), 0);
	assert_int_equal(secret_len(a), 43);
	assert_int_equal(secret_len(c), 22);
	assert_int_equal(strspn(secret_bytes(a), set), 43);
	assert_false(secret_is(a, secret_bytes(b), secret_len(b)));
	slab_free(slab);
}

/* Root and the kernel read it for nobody: that is how it is told. */
static void hidden_secrets_are_read_by_nobody_else(void **state)
{
	struct slab *hidden;
	struct secret *s;
	char seen[8];
	int fd, status;
	pid_t pid;

	(void)state;
	hidden = new_slab(page());
	assert_int_equal(slab_hidden(hidden), 0); /* unless it is asked for */
	slab_free(hidden);
	assert_int_equal(slab_new_hidden(&hidden, 3 * page(), NULL), 0);
	assert_int_equal(secret_new(&s, hidden, "a secret", 8), 0);
	assert_memory_equal(secret_bytes(s), "a secret", 8);
	if (!slab_hidden(hidden)) {
		slab_free(hidden);
		print_message("this kernel has no memfd_secret\n");
		skip();
	}
	assert_int_equal(slab_locked(hidden), 1);
	fd = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(
	    pread(fd, seen, 8, (off_t)(uintptr_t)secret_bytes(s)), -1);
	(void)close(fd);
	/* Nor is it in a child. */
	pid = fork();
	if (pid == 0) {
		(void)signal(SIGSEGV, SIG_DFL);
		_exit(*(const volatile char *)secret_bytes(s) == 'a');
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_false(WIFEXITED(status) && WEXITSTATUS(status) == 1);
	secret_free(s);
	slab_free(hidden);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_secret_keeps_its_bytes),
	    cmocka_unit_test(an_empty_secret_is_a_secret),
	    cmocka_unit_test(a_secret_is_only_its_exact_bytes),
	    cmocka_unit_test(nothing_can_be_freed),
	    cmocka_unit_test(a_freed_secret_is_wiped),
	    cmocka_unit_test(freeing_a_secret_twice_ends_the_program),
	    cmocka_unit_test(the_size_is_rounded_up_to_whole_pages),
	    cmocka_unit_test(a_region_of_nonsense_size_is_refused),
	    cmocka_unit_test(guard_pages_lie_at_both_ends),
	    cmocka_unit_test(reading_past_the_end_of_the_region_is_fatal),
	    cmocka_unit_test(secrets_are_not_in_a_child),
	    cmocka_unit_test(the_region_is_kept_out_of_cores_and_children),
	    cmocka_unit_test(a_slab_says_that_it_is_locked_when_it_is),
	    cmocka_unit_test(a_slab_that_cannot_be_locked_says_so_and_works),
	    cmocka_unit_test(a_freed_slab_is_gone),
	    cmocka_unit_test(a_full_slab_refuses_more_and_keeps_what_it_has),
	    cmocka_unit_test(a_secret_larger_than_the_region_is_refused),
	    cmocka_unit_test(freed_neighbours_become_one_room),
	    cmocka_unit_test(secrets_that_come_and_go_never_touch_one_another),
	    cmocka_unit_test(a_drawn_secret_is_text_and_like_no_other),
	    cmocka_unit_test(hidden_secrets_are_read_by_nobody_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
