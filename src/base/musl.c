/*
 * What Debian's archives of BearSSL and libsodium, built against a fortifying
 * glibc, ask of the C library and musl lacks.
 */

#ifdef MAIRU_MUSL

#include <stdlib.h>
#include <string.h>

void *__memcpy_chk(void *to, const void *from, size_t len, size_t room);
void __explicit_bzero_chk(void *p, size_t len, size_t room);

void *__memcpy_chk(void *to, const void *from, size_t len, size_t room)
{
	if (len > room)
		abort();
	return memcpy(to, from, len);
}

void __explicit_bzero_chk(void *p, size_t len, size_t room)
{
	if (len > room)
		abort();
	explicit_bzero(p, len);
}

#else

/* ISO C wants a declaration in every file. */
typedef int musl_is_not_in_use;

#endif
