/*
 * The heap of the broker: glibc's own, but what is freed is wiped first, by
 * whomever.  Tokens and credentials pass through blocks that are not ours:
 * buffers of libcurl, records of OpenSSL, pools of libmicrohttpd, lines of
 * stdio.  Setting the allocators that these libraries offer misses some of
 * them, and all that the libc allocates.
 *
 * Only the functions that let go of memory are defined here.  The linker binds
 * them before those of libc.so for every library of the process, libc's own
 * calls included; what they get is a block of glibc's malloc() in any case, so
 * that malloc(), calloc(), aligned_alloc() and the like stay as they are, and
 * blocks from before and after are the same.  For the same reason there is
 * nothing to be done about threads and fork().
 *
 * Not under sanitizers and valgrind, which bring allocators of their own, and
 * not with another libc, where each struct buf and struct secret still wipes
 * itself.
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

/* What glibc exports for programs that stand before its malloc(). */
void __libc_free(void *p);

void free(void *p)
{
	/* Not in a signal handler, but between a call and its reason. */
	int saved = errno;

	if (!p)
		return;
	/* All that the block has room for: whoever had it may have asked
	 * malloc_usable_size() too.  Of libc.so, which is there before
	 * anything is freed; libsodium may not be. */
	explicit_bzero(p, malloc_usable_size(p));
	__libc_free(p);
	errno = saved;
}

#if defined(__GNUC__) && !defined(__clang__)
/* GCC 12 takes the two below for the libc's own, of which it thinks that they
 * have freed what they are called with. */
#pragma GCC diagnostic ignored "-Wanalyzer-double-free"
#pragma GCC diagnostic ignored "-Wanalyzer-malloc-leak"
#pragma GCC diagnostic ignored "-Wanalyzer-use-after-free"
#endif

/* Never glibc's: it moves blocks and leaves their bytes behind, and cuts off
 * tails unwiped. */
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
	/* Stays where it is, unless most of it would lie idle. */
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

/* ISO C wants a declaration in every file. */
typedef int alloc_is_the_libcs;

#endif
