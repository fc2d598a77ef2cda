#ifndef MAIRU_TEST_MEMSCAN_H
#define MAIRU_TEST_MEMSCAN_H

/*
 * A secret that lies nowhere in this process but where it is put, and a look
 * through all that the process can write for what is left of it.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
	MEMSCAN_LEN = 64,  /* of the secret */
	MEMSCAN_PART = 24, /* that counts as a trace: any that is this long */
	MEMSCAN_CHUNK = 1 << 20,
};

/* Sanitizers and valgrind have heaps of their own. */
static inline int memscan_works(void)
{
#if defined(__SANITIZE_ADDRESS__) || !defined(__GLIBC__)
	return 0;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
	return 0;
#endif
#endif
	return getenv("MAIRU_VALGRIND") == NULL;
}

#define ONLY_WHERE_FREE_WIPES()                                                \
	do {                                                                   \
		if (!memscan_works())                                          \
			skip();                                                \
	} while (0)

/* Letters and digits, no part like another. */
static inline unsigned char memscan_at(size_t i)
{
	static const char digits[] =
	    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-";

	return (unsigned char)digits[(i * i * 5 + i * 3 + 7) % 64];
}

/* Room for MEMSCAN_LEN and a NUL. */
static inline void memscan_secret(char *out)
{
	for (size_t i = 0; i < MEMSCAN_LEN; i++)
		out[i] = (char)memscan_at(i);
	out[MEMSCAN_LEN] = '\0';
}

static inline size_t memscan_in(const unsigned char *p, size_t len)
{
	size_t found = 0, at, n;

	for (size_t i = 0; i + MEMSCAN_PART <= len; i++) {
		for (at = 0; at + MEMSCAN_PART <= MEMSCAN_LEN; at++) {
			if (p[i] != memscan_at(at))
				continue;
			for (n = 1; n < MEMSCAN_PART; n++)
				if (p[i + n] != memscan_at(at + n))
					break;
			found += n == MEMSCAN_PART;
		}
	}
	return found;
}

static inline size_t memscan_range(
    int mem, uintptr_t from, uintptr_t to, unsigned char *chunk)
{
	size_t found = 0;

	while (from < to) {
		size_t len =
		    to - from < MEMSCAN_CHUNK ? to - from : MEMSCAN_CHUNK;
		ssize_t n = pread(mem, chunk, len, (off_t)from);

		if (n <= 0)
			break;
		found += memscan_in(chunk, (size_t)n);
		if ((size_t)n <= MEMSCAN_PART)
			break;
		from += (size_t)n - (from + (size_t)n < to ? MEMSCAN_PART : 0);
	}
	return found;
}

/* How many traces there are in memory that can be written; the stack is left
 * out, where a frame that has ended is nobody's. */
static inline size_t memscan_traces(void)
{
	static char maps[1 << 17];
	unsigned char *chunk = mmap(NULL, MEMSCAN_CHUNK, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int mem = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
	int fd = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
	size_t have = 0, found = 0;
	ssize_t n;
	char *line, *end;

	assert_true(mem >= 0 && fd >= 0 && chunk != MAP_FAILED);
	while ((n = read(fd, maps + have, sizeof(maps) - 1 - have)) > 0)
		have += (size_t)n;
	maps[have] = '\0';
	for (line = maps; *line != '\0'; line = end + 1) {
		uintptr_t from = strtoull(line, &line, 16);
		uintptr_t to = strtoull(line + 1, &line, 16);

		end = strchr(line, '\n');
		*end = '\0';
		if (strncmp(line, " rw", 3) != 0 || strstr(line, "[stack]") ||
		    (from <= (uintptr_t)chunk && (uintptr_t)chunk < to))
			continue;
		found += memscan_range(mem, from, to, chunk);
	}
	assert_int_equal(close(mem), 0);
	assert_int_equal(close(fd), 0);
	assert_int_equal(munmap(chunk, MEMSCAN_CHUNK), 0);
	return found;
}

#endif
