/*
 * What musl lacks: functions that Debian's BearSSL and libsodium archives,
 * built against a fortified glibc, need from the C library; and RELRO in a
 * static PIE.
 */

#ifdef MAIRU_MUSL

#include <link.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>

/* From the linker: where this program was loaded. */
extern const ElfW(Ehdr) __ehdr_start __attribute__((visibility("hidden")));

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

/* What a dynamic linker, or glibc's start-up, does with PT_GNU_RELRO. */
__attribute__((constructor)) static void seal_relocations(void)
{
	char *base = (char *)(uintptr_t)&__ehdr_start;
	const ElfW(Phdr) *ph = (const void *)(base + __ehdr_start.e_phoff);
	size_t page = getauxval(AT_PAGESZ), from, to;

	for (unsigned i = 0; i < __ehdr_start.e_phnum; i++) {
		if (ph[i].p_type != PT_GNU_RELRO)
			continue;
		from = ph[i].p_vaddr & ~(page - 1);
		to = (ph[i].p_vaddr + ph[i].p_memsz) & ~(page - 1);
		if (to > from)
			(void)mprotect(base + from, to - from, PROT_READ);
	}
}

#else

/* ISO C requires a declaration in every file. */
typedef int musl_is_not_in_use;

#endif
