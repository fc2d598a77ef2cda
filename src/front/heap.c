/*
 * The heap of a program that lives for a millisecond.  It only grows: freed
 * memory is never reused, so that a stale pointer never meets another object,
 * and the first blocks cost no system call.  musl's own allocator makes one for
 * nearly every size requested, a fifth of the time of an entry.  Elsewhere, and
 * under sanitizers, the libc's heap is used.
 */

#ifdef MAIRU_MUSL

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum {
	ALIGN = 16,
	FIRST = 32 * 1024,
	STEP = 1024 * 1024
};

/* Precedes each block. */
union head {
	size_t size;
	unsigned char align[ALIGN];
};

static _Alignas(ALIGN) unsigned char first[FIRST];
static unsigned char *at = first, *end = first + FIRST;

static int grow(size_t need)
{
	size_t len = need > STEP ? need : STEP;
	void *p = mmap(NULL, len, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		return -1;
	at = p;
	end = at + len;
	return 0;
}

void *malloc(size_t size)
{
	union head *h;
	size_t need;

	if (size > PTRDIFF_MAX - 2 * ALIGN) {
		errno = ENOMEM;
		return NULL;
	}
	need = sizeof(*h) + (size + ALIGN - 1) / ALIGN * ALIGN;
	if (need > (size_t)(end - at) && grow(need) < 0)
		return NULL;
	h = (union head *)(void *)at;
	h->size = size;
	at += need;
	return h + 1;
}

void *calloc(size_t n, size_t size)
{
	if (size != 0 && n > SIZE_MAX / size) {
		errno = ENOMEM;
		return NULL;
	}
	/* Fresh from the kernel, so zero. */
	return malloc(n * size);
}

void *realloc(void *old, size_t size)
{
	size_t had = old == NULL ? 0 : ((union head *)old)[-1].size;
	void *p = malloc(size);

	if (p != NULL && old != NULL)
		memcpy(p, old, had < size ? had : size);
	return p;
}

void free(void *p)
{
	(void)p;
}

#else

/* ISO C requires a declaration in every file. */
typedef int heap_is_the_libcs;

#endif
