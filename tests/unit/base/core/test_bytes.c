#include "base/core/bytes.h"

#include <errno.h>
#include <grp.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

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

static void wiped_bytes_are_zero(void **state)
{
	char p[64];

	(void)state;
	memset(p, 'S', sizeof(p));
	bytes_wipe(p + 1, sizeof(p) - 2);
	assert_int_equal(p[0], 'S');
	assert_int_equal(p[63], 'S');
	for (size_t i = 1; i < 63; i++)
		assert_int_equal(p[i], 0);
	bytes_wipe(NULL, 0);
}

static void bytes_are_equal_only_when_all_of_them_are(void **state)
{
	unsigned char a[65], b[65];

	(void)state;
	memset(a, 0x5a, sizeof(a));
	memcpy(b, a, sizeof(a));
	assert_int_equal(bytes_equal(a, b, sizeof(a)), 1);
	for (size_t i = 0; i < sizeof(a); i++)
		for (int bit = 0; bit < 8; bit++) {
			b[i] = (unsigned char)(b[i] ^ 1 << bit);
			assert_int_equal(bytes_equal(a, b, sizeof(a)), 0);
			assert_int_equal(bytes_equal(a, b, i), 1);
			b[i] = a[i];
		}
	assert_int_equal(bytes_equal(NULL, NULL, 0), 1);
}

/* --- how many instructions a comparison takes, counted one by one */

enum {
	LONG = 1000, /* so long that a comparison which ends early shows */
};

/* Steps through a child that compares; -1 when that is not allowed. */
static long steps_to_compare(const unsigned char *a, const unsigned char *b)
{
	long steps = 0;
	int status;
	pid_t pid;

	/* What the first call resolves it does not in the child. */
	(void)bytes_equal(a, b, LONG);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0)
			_exit(1);
		(void)raise(SIGSTOP);
		_exit(bytes_equal(a, b, LONG) ? 2 : 3);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFEXITED(status))
		return -1;
	while (WIFSTOPPED(status)) {
		assert_int_equal(ptrace(PTRACE_SINGLESTEP, pid, NULL, NULL), 0);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		steps++;
	}
	assert_int_equal(WEXITSTATUS(status), memcmp(a, b, LONG) ? 3 : 2);
	return steps;
}

static void comparing_takes_as_long_wherever_they_differ(void **state)
{
	static const size_t places[] = {0, 1, 31, LONG / 2, LONG - 1};
	static unsigned char a[LONG], b[LONG];
	long equal;

	(void)state;
	if (NO_MLOCK || getenv("MAIRU_VALGRIND") != NULL)
		skip(); /* they count instructions of their own */
	equal = steps_to_compare(a, b);
	if (equal < 0)
		skip(); /* where no process may be traced */
	assert_in_range(equal, LONG, 100 * LONG);
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		b[places[i]] = 1;
		/* But for a branch to the value that is returned. */
		assert_in_range(steps_to_compare(a, b), equal - 8, equal + 8);
		b[places[i]] = 0;
	}
}

static void two_draws_of_random_bytes_differ(void **state)
{
	unsigned char a[1000], b[1000];
	size_t same = 0;

	(void)state;
	bytes_random(a, 0);
	bytes_random(a, sizeof(a));
	bytes_random(b, sizeof(b));
	for (size_t i = 0; i < sizeof(a); i++)
		same += a[i] == b[i];
	assert_true(same < 50);
}

struct vector {
	const char *plain, *std, *url;
};

/* RFC 4648, section 10, and the two characters that the alphabets differ
 * in. */
static const struct vector vectors[] = {
    {"", "", ""},
    {"f", "Zg==", "Zg"},
    {"fo", "Zm8=", "Zm8"},
    {"foo", "Zm9v", "Zm9v"},
    {"foob", "Zm9vYg==", "Zm9vYg"},
    {"fooba", "Zm9vYmE=", "Zm9vYmE"},
    {"foobar", "Zm9vYmFy", "Zm9vYmFy"},
    {"\xfb\xff\xbf", "+/+/", "-_-_"},
    {"\xff\xfe\xfd\xfc", "//79/A==", "__79_A"},
};

enum {
	N_VECTORS = sizeof(vectors) / sizeof(vectors[0])
};

static void encoding_follows_the_alphabet_and_padding(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_VECTORS; i++) {
		const struct vector *v = &vectors[i];
		size_t n = strlen(v->plain);
		char out[32];

		assert_int_equal(bytes_encode(BYTES_BASE64, v->plain, n, out,
				     BYTES_ENCODED(n)),
		    strlen(v->std));
		assert_string_equal(out, v->std);
		assert_int_equal(bytes_encode(BYTES_BASE64URL, v->plain, n, out,
				     BYTES_ENCODED(n)),
		    strlen(v->url));
		assert_string_equal(out, v->url);
	}
}

static void check_decoded(
    enum bytes_base64 kind, const char *text, const char *plain)
{
	size_t n = strlen(plain), len = 99;
	unsigned char out[32];

	assert_int_equal(
	    bytes_decode(kind, text, strlen(text), out, n, &len), 0);
	assert_int_equal(len, n);
	assert_memory_equal(out, plain, n);
}

static void decoding_undoes_encoding(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_VECTORS; i++) {
		check_decoded(BYTES_BASE64, vectors[i].std, vectors[i].plain);
		check_decoded(
		    BYTES_BASE64URL, vectors[i].url, vectors[i].plain);
	}
}

static void every_length_survives_the_round_trip(void **state)
{
	unsigned char in[100], out[100];
	char text[BYTES_ENCODED(100)];
	size_t n, len;

	(void)state;
	bytes_random(in, sizeof(in));
	for (size_t i = 0; i <= sizeof(in); i++)
		for (int kind = BYTES_BASE64; kind <= BYTES_BASE64URL; kind++) {
			n = bytes_encode((enum bytes_base64)kind, in, i, text,
			    BYTES_ENCODED(i));
			assert_int_equal(n, strlen(text));
			assert_int_equal(bytes_decode((enum bytes_base64)kind,
					     text, n, out, i, &len),
			    0);
			assert_int_equal(len, i);
			assert_memory_equal(in, out, i);
		}
}

struct refused {
	enum bytes_base64 kind;
	const char *text;
};

static void what_is_no_base64_is_refused(void **state)
{
	static const struct refused refused[] = {
	    {BYTES_BASE64, "Zg"},    /* no padding */
	    {BYTES_BASE64, "Zg="},   /* too little */
	    {BYTES_BASE64, "Zg==="}, /* too much */
	    {BYTES_BASE64, "Zm9v="}, /* where none belongs */
	    {BYTES_BASE64, "===="},  /* nothing but */
	    {BYTES_BASE64, "="},     /* nothing but */
	    {BYTES_BASE64, "Zg==Zg=="},
	    {BYTES_BASE64, "Z"},
	    {BYTES_BASE64, "Zh=="},  /* stray bits */
	    {BYTES_BASE64, "Zm9="},  /* stray bits */
	    {BYTES_BASE64, "Zm 9v"}, /* white space */
	    {BYTES_BASE64, "Zm9v\n"},
	    {BYTES_BASE64, " Zm9v"},
	    {BYTES_BASE64, "-_-_"}, /* the other alphabet */
	    {BYTES_BASE64, "Zm9v\xc3\xa9"},
	    {BYTES_BASE64URL, "Zg=="},
	    {BYTES_BASE64URL, "+/+/"},
	    {BYTES_BASE64URL, "Z"},
	    {BYTES_BASE64URL, "Zm9vY"},
	    {BYTES_BASE64URL, "Zh"},
	    {BYTES_BASE64URL, "Zm9"},
	    {BYTES_BASE64URL, "Zm9v\t"},
	    {BYTES_BASE64URL, "Zm.v"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		const struct refused *r = &refused[i];
		unsigned char out[32];
		size_t len;

		print_message("           %s\n", r->text);
		assert_int_equal(bytes_decode(r->kind, r->text, strlen(r->text),
				     out, sizeof(out), &len),
		    ERR_FORMAT);
	}
}

static void a_nul_in_the_text_is_refused(void **state)
{
	unsigned char out[32];
	size_t len;

	(void)state;
	assert_int_equal(
	    bytes_decode(BYTES_BASE64, "Zm9v\0Zm9", 8, out, 32, &len),
	    ERR_FORMAT);
	assert_int_equal(
	    bytes_decode(BYTES_BASE64URL, "Zm9v\0", 5, out, 32, &len),
	    ERR_FORMAT);
}

static void what_does_not_fit_is_a_limit(void **state)
{
	unsigned char out[8];
	size_t len;

	(void)state;
	assert_int_equal(
	    bytes_decode(BYTES_BASE64URL, "Zm9vYmFy", 8, out, 5, &len),
	    ERR_LIMIT);
	assert_int_equal(
	    bytes_decode(BYTES_BASE64, "Zm9vYmE=", 8, out, 4, &len), ERR_LIMIT);
	assert_int_equal(
	    bytes_decode(BYTES_BASE64, "Zm9vYg==", 8, out, 3, &len), ERR_LIMIT);
	assert_int_equal(
	    bytes_decode(BYTES_BASE64URL, "Zg", 2, out, 0, &len), ERR_LIMIT);
}

static void what_was_decoded_of_a_refused_text_is_wiped(void **state)
{
	unsigned char out[8] = "......";
	size_t len;

	(void)state;
	assert_int_equal(
	    bytes_decode(BYTES_BASE64URL, "Zm9vYm!y", 8, out, 6, &len),
	    ERR_FORMAT);
	assert_memory_equal(out, "\0\0\0\0\0\0\0\0", 8);
}

/* 1 when /proc/self/smaps shows the flag for the mapping of p. */
static int has_flag(const void *p, const char *flag)
{
	char line[512], want[32];
	unsigned long first, last;
	FILE *f = fopen("/proc/self/smaps", "re");
	int inside = 0, found = 0;

	(void)snprintf(want, sizeof(want), " %s", flag);
	while (f && fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%lx-%lx ", &first, &last) == 2)
			inside = (uintptr_t)p >= first && (uintptr_t)p < last;
		else if (inside && strncmp(line, "VmFlags:", 8) == 0)
			found = strstr(line, want) != NULL;
	}
	if (f)
		(void)fclose(f);
	return found;
}

static void locked_memory_stays_in_memory_and_out_of_cores(void **state)
{
	size_t len = (size_t)sysconf(_SC_PAGESIZE) * 2;
	char *p = mmap(NULL, len, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)state;
	assert_ptr_not_equal(p, MAP_FAILED);
	assert_int_equal(bytes_lock(p, len), 0);
	assert_true(has_flag(p, "dd"));
	assert_true(NO_MLOCK || has_flag(p, "lo"));
	munmap(p, len);
}

/* Runs as nobody, who may lock nothing. */
static int lock_without_leave(void)
{
	const struct rlimit none = {0, 0};
	size_t len = (size_t)sysconf(_SC_PAGESIZE);
	char *p = mmap(NULL, len, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED || setrlimit(RLIMIT_MEMLOCK, &none))
		return 1;
	if (geteuid() == 0 &&
	    (setgroups(0, NULL) || setgid(65534) || setuid(65534)))
		return 2;
	errno = 0;
	if (bytes_lock(p, len) != -1)
		return 3;
	if (errno != EPERM && errno != ENOMEM)
		return 4;
	p[0] = 'x';
	return p[0] == 'x' ? 0 : 5;
}

static void a_refused_lock_says_why_and_leaves_the_memory_usable(void **state)
{
	pid_t pid;
	int status;

	(void)state;
	if (NO_MLOCK)
		skip();
	pid = fork();
	if (pid == 0)
		_exit(lock_without_leave());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(wiped_bytes_are_zero),
	    cmocka_unit_test(bytes_are_equal_only_when_all_of_them_are),
	    cmocka_unit_test(comparing_takes_as_long_wherever_they_differ),
	    cmocka_unit_test(two_draws_of_random_bytes_differ),
	    cmocka_unit_test(encoding_follows_the_alphabet_and_padding),
	    cmocka_unit_test(decoding_undoes_encoding),
	    cmocka_unit_test(every_length_survives_the_round_trip),
	    cmocka_unit_test(what_is_no_base64_is_refused),
	    cmocka_unit_test(a_nul_in_the_text_is_refused),
	    cmocka_unit_test(what_does_not_fit_is_a_limit),
	    cmocka_unit_test(what_was_decoded_of_a_refused_text_is_wiped),
	    cmocka_unit_test(locked_memory_stays_in_memory_and_out_of_cores),
	    cmocka_unit_test(
		a_refused_lock_says_why_and_leaves_the_memory_usable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
