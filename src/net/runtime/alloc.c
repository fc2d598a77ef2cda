/*
 * The broker's heap: glibc's, but every block is wiped when freed, whoever
 * frees it.  Tokens and credentials pass through blocks that are not ours:
 * libcurl's buffers, OpenSSL's records, libmicrohttpd's pools, stdio's lines.
 * The allocator hooks of these libraries miss some, and everything that libc
 * allocates.
 *
 * Only the functions that release memory are defined here.  They take
 * precedence over libc.so's for every library in the process, including libc's
 * own calls.  They always get a block of glibc's malloc(), so malloc(),
 * calloc(), aligned_alloc() and the like stay as they are, and threads and
 * fork() need no care.
 *
 * Not used under sanitizers and valgrind, which bring their own allocators, nor
 * with another libc, where struct buf and struct secret still wipe themselves.
 */

#include <stdlib.h>

#if defined(__SANITIZE_ADDRESS__)
#define HAS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer) ||     \
    __has_feature(thread_sanitizer)
#define HAS_SANITIZER 1
#endif
#endif

#if defined(__GLIBC__) && !defined(HAS_SANITIZER)

#include <errno.h>
#include <malloc.h>
#include <stdint.h>
#include <string.h>

/* Exported by glibc for programs that interpose malloc(). */
void __libc_free(void *p);

void free(void *p)
{
	/* free() may come between a failed call and the use of errno. */
	int saved = errno;

	if (!p)
		return;
	/* The whole block: its owner may have used malloc_usable_size() too.
	 * With libc's function, as libsodium may not be loaded yet. */
	explicit_bzero(p, malloc_usable_size(p));
	__libc_free(p);
	errno = saved;
}

#if defined(__GNUC__) && !defined(__clang__)
/* GCC 12 mistakes the two below for libc's own, and assumes that their
 * arguments have been freed. */
#pragma GCC diagnostic ignored "-Wanalyzer-double-free"
#pragma GCC diagnostic ignored "-Wanalyzer-malloc-leak"
#pragma GCC diagnostic ignored "-Wanalyzer-use-after-free"
#endif

/* Never glibc's, which moves and shrinks blocks without wiping. */
void *realloc(void *old, size_t size)
{
	size_t room;
	void *p;

	if (!old)
		return malloc(size);
	if (size == 0) {
		free(old);
		return NULL;
	}
	room = malloc_usable_size(old);
	/* Keep it in place unless more than half would be unused. */
	if (size <= room && size >= room / 2) {
		explicit_bzero((unsigned char *)old + size, room - size);
		return old;
	}
	p = malloc(size);
	if (!p)
		return NULL;
	memcpy(p, old, room < size ? room : size);
	free(old);
	return p;
}

void *reallocarray(void *old, size_t n, size_t size)
{
	if (size != 0 && n > SIZE_MAX / size) {
		errno = ENOMEM;
		return NULL;
	}
	/* What 0 bytes mean is decided above.
	 * NOLINTNEXTLINE(clang-analyzer-optin.portability.UnixAPI) */
	return realloc(old, n * size);
}

#else

/* ISO C requires a declaration in every file. */
typedef int alloc_is_the_libcs;

#endif
