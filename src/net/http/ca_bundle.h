#ifndef MAIRU_NET_HTTP_CA_BUNDLE_H
#define MAIRU_NET_HTTP_CA_BUNDLE_H

/*
 * The CA bundle that broker.json names, which may be anywhere: the confined
 * broker can't open it, and a hanging file system must not block the loop.  The
 * helper reads it into a memory file that has a path, and rereads it now and
 * then, since such files get replaced.
 */

#include <stdint.h>

enum {
	CA_BUNDLE_NAMES = 250, /* number of reads before a name is reused */
};

struct ca_bundle {
	int fds[2]; /* the newest, and one that may still be opened */
	int64_t at; /* last attempt, by the loop's clock */
	unsigned n; /* number of reads */
	char path[CA_BUNDLE_NAMES + 32];
};

void ca_bundle_init(struct ca_bundle *b);
void ca_bundle_release(struct ca_bundle *b);

/* Forgets what was read: the file name has changed. */
void ca_bundle_forget(struct ca_bundle *b);

/* A path that can be opened now, valid for the next two calls, borrowed.
 * `file` itself without a helper, and if it can't be read, so that the error
 * names that file.  NULL for NULL. */
const char *ca_bundle_path(struct ca_bundle *b, const char *file, int64_t now);

#endif
