#include "base/core/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#ifdef __linux__
#include <sys/syscall.h>
#endif
#include <unistd.h>

#include "base/core/bytes.h"

/*
 * The region is a sequence of contiguous blocks.  Each starts with this header,
 * inside the region, so that nothing about a secret, not even its length, is
 * stored elsewhere.  The search for room merges adjacent free blocks.
 */
struct secret {
	struct slab *slab;
	size_t size; /* of the block, header included */
	size_t len;
	int used;
	_Alignas(16) unsigned char bytes[];
};

struct slab {
	unsigned char *map; /* guard page, region, guard page */
	size_t map_len;
	unsigned char *base, *end;
	int locked, hidden;
};

#define HEADER offsetof(struct secret, bytes)

static struct secret *at(unsigned char *p)
{
	return (struct secret *)(void *)p;
}

static unsigned char *after(struct secret *s)
{
	return (unsigned char *)s + s->size;
}

/* The whole region as one free block. */
static void lay_out(struct slab *slab)
{
	struct secret *s = at(slab->base);

	s->slab = slab;
	s->size = (size_t)(slab->end - slab->base);
	s->used = 0;
}

#ifdef __linux__
#ifdef SYS_memfd_secret
#define SECRET_CALL SYS_memfd_secret
#else
#define SECRET_CALL 447 /* on every architecture */
#endif

/* Populates every page: an error here, where merely touching a page could kill
 * the process. */
static int all_are_there(void *map, size_t bytes)
{
	int fd = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	size_t done = 0;
	ssize_t n = 1;

	while (fd >= 0 && n > 0 && done < bytes) {
		n = read(fd, (unsigned char *)map + done, bytes - done);
		done += n > 0 ? (size_t)n : 0;
	}
	if (fd >= 0)
		(void)close(fd);
	return done == bytes;
}
#endif

/* Maps such memory over the region; 0 if unavailable.  It is always locked, and
 * populated at once: a page missing later would kill the process. */
static int hide(const struct slab *slab, size_t bytes)
{
#ifdef __linux__
	long fd = syscall(SECRET_CALL, O_CLOEXEC);
	void *map = MAP_FAILED;

	if (fd < 0)
		return 0;
	if (ftruncate((int)fd, (off_t)bytes) == 0)
		map = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED,
		    (int)fd, 0);
	(void)close((int)fd);
	if (map == MAP_FAILED)
		return 0;
	if (all_are_there(map, bytes) &&
	    mremap(map, bytes, bytes, MREMAP_MAYMOVE | MREMAP_FIXED,
		slab->base) == slab->base)
		return 1;
	(void)munmap(map, bytes);
#else
	(void)slab;
	(void)bytes;
#endif
	return 0;
}

static int map_region(
    struct slab *slab, size_t bytes, size_t page, int hidden, struct err *e)
{
	void *map = mmap(NULL, bytes + 2 * page, PROT_NONE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (map == MAP_FAILED)
		return err_sys(e, "cannot map %zu bytes for secrets", bytes);
	slab->map = map;
	slab->map_len = bytes + 2 * page;
	slab->base = slab->map + page;
	slab->end = slab->base + bytes;
	slab->hidden = hidden && hide(slab, bytes);
	if (!slab->hidden &&
	    mprotect(slab->base, bytes, PROT_READ | PROT_WRITE))
		return err_sys(e, "cannot open the memory for secrets");
#ifdef MADV_DONTFORK
	if (madvise(slab->base, bytes, MADV_DONTFORK))
		return err_sys(e, "cannot keep secrets out of children");
#endif
	slab->locked = slab->hidden || bytes_lock(slab->base, bytes) == 0;
	lay_out(slab);
	return 0;
}

static int make(struct slab **slab, size_t bytes, int hidden, struct err *e)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	struct slab *s;
	int rc;

	*slab = NULL;
	if (bytes == 0 || bytes > SIZE_MAX / 2)
		return err_set(
		    e, ERR_USAGE, "no region can have %zu bytes", bytes);
	s = calloc(1, sizeof(*s));
	if (!s)
		return err_set(e, ERR_NOMEM, "out of memory");
	rc = map_region(s, (bytes + page - 1) / page * page, page, hidden, e);
	if (rc) {
		if (s->map)
			(void)munmap(s->map, s->map_len);
		free(s);
		return rc;
	}
	*slab = s;
	return 0;
}

int slab_new(struct slab **slab, size_t bytes, struct err *e)
{
	return make(slab, bytes, 0, e);
}

int slab_new_hidden(struct slab **slab, size_t bytes, struct err *e)
{
	return make(slab, bytes, 1, e);
}

int slab_hidden(const struct slab *slab)
{
	return slab->hidden;
}

void slab_free(struct slab *slab)
{
	if (!slab)
		return;
	bytes_wipe(slab->base, (size_t)(slab->end - slab->base));
	(void)munmap(slab->map, slab->map_len);
	free(slab);
}

int slab_locked(const struct slab *slab)
{
	return slab->locked;
}

/* Merges the free blocks after s into it. */
static void join(struct slab *slab, struct secret *s)
{
	while (after(s) < slab->end && !at(after(s))->used) {
		struct secret *next = at(after(s));

		s->size += next->size;
		bytes_wipe(next, HEADER);
	}
}

/* The first free block of at least `need` bytes. */
static struct secret *find_room(struct slab *slab, size_t need)
{
	for (unsigned char *p = slab->base; p < slab->end; p = after(at(p))) {
		if (at(p)->used)
			continue;
		join(slab, at(p));
		if (at(p)->size >= need)
			return at(p);
	}
	return NULL;
}

int secret_new(struct secret **s, struct slab *slab, const void *p, size_t len)
{
	size_t room = (size_t)(slab->end - slab->base), need;
	struct secret *found;

	*s = NULL;
	if (len >= room)
		return ERR_NOMEM;
	/* With the NUL, and rounded so that the next header is aligned. */
	need = (HEADER + len + 1 + 15) & ~(size_t)15;
	found = find_room(slab, need);
	if (!found)
		return ERR_NOMEM;
	if (found->size - need > HEADER) {
		struct secret *rest = at((unsigned char *)found + need);

		rest->slab = slab;
		rest->size = found->size - need;
		found->size = need;
	}
	found->used = 1;
	found->len = len;
	if (len)
		memcpy(found->bytes, p, len);
	*s = found;
	return 0;
}

int secret_draw(struct secret **s, struct slab *slab, size_t bytes)
{
	unsigned char raw[SECRET_DRAW];
	char text[BYTES_ENCODED(SECRET_DRAW)];
	size_t n = bytes < sizeof(raw) ? bytes : sizeof(raw);
	int rc;

	bytes_random(raw, n);
	n = bytes_encode(BYTES_BASE64URL, raw, n, text, sizeof(text));
	rc = secret_new(s, slab, text, n);
	bytes_wipe(raw, sizeof(raw));
	bytes_wipe(text, sizeof(text));
	return rc;
}

void secret_free(struct secret *s)
{
	if (!s)
		return;
	/* Double free, or not a secret: continuing would corrupt others. */
	if (!s->used)
		abort();
	bytes_wipe(s->bytes, s->size - HEADER);
	s->len = 0;
	s->used = 0;
}

const void *secret_bytes(const struct secret *s)
{
	return s->bytes;
}

size_t secret_len(const struct secret *s)
{
	return s->len;
}

int secret_is(const struct secret *s, const void *p, size_t len)
{
	int same_len = s->len == len;

	/* On a length mismatch compare p with itself, so that timing does not
	 * reveal the secret's length. */
	return bytes_equal(same_len ? s->bytes : p, p, len) & same_len;
}
