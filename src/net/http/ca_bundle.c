#include "net/http/ca_bundle.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "net/runtime/helper.h"

enum {
	AGAIN_MS = 60 * 1000,
};

void ca_bundle_init(struct ca_bundle *b)
{
	b->fds[0] = b->fds[1] = -1;
	b->at = 0;
	b->n = 0;
}

static void put(struct ca_bundle *b, int fd)
{
	if (b->fds[1] >= 0)
		(void)close(b->fds[1]);
	b->fds[1] = b->fds[0];
	b->fds[0] = fd;
}

void ca_bundle_release(struct ca_bundle *b)
{
	put(b, -1);
	put(b, -1);
}

void ca_bundle_forget(struct ca_bundle *b)
{
	put(b, -1);
}

/* libcurl caches parsed bundles by file name, and descriptor numbers are
 * reused: extra slashes make each name unique. */
static void put_path(struct ca_bundle *b)
{
	static const char fd[] = "/proc/self/fd";
	size_t n = sizeof(fd) - 1, slashes = 1 + b->n % CA_BUNDLE_NAMES;

	memcpy(b->path, fd, n);
	memset(b->path + n, '/', slashes);
	n += slashes;
	(void)snprintf(b->path + n, sizeof(b->path) - n, "%d", b->fds[0]);
}

const char *ca_bundle_path(struct ca_bundle *b, const char *file, int64_t now)
{
	int fd;

	if (!file || !helper_is_there())
		return file;
	if (b->fds[0] < 0 || now - b->at >= AGAIN_MS) {
		/* If it can't be reread, keep the old one for another interval:
		 * each try may hold up the loop. */
		b->at = now;
		if (helper_bundle(&fd) == 0) {
			put(b, fd);
			b->n++;
		}
	}
	if (b->fds[0] < 0)
		return file;
	put_path(b);
	return b->path;
}
