#ifndef MAIRU_NET_HTTP_CA_BUNDLE_H
#define MAIRU_NET_HTTP_CA_BUNDLE_H

/*
 * The bundle of CAs that broker.json names, which may lie anywhere: the broker
 * can't open it, nor may a file system that hangs hold up the loop.  The helper
 * reads it into memory that has a path of its own, and does so again after a
 * while, since such files are replaced.
 */

#include <stdint.h>

enum {
	CA_BUNDLE_NAMES =
	    250, /* so many are read before one has a name again */
};

struct ca_bundle {
	int fds[2]; /* the newest, and one that may be about to be opened */
	int64_t at; /* when it was last tried; of the loop's clock */
	unsigned n; /* how many were read */
	char path[CA_BUNDLE_NAMES + 32];
};

void ca_bundle_init(struct ca_bundle *b);
void ca_bundle_release(struct ca_bundle *b);

/* What was read is of another file. */
void ca_bundle_forget(struct ca_bundle *b);

/* A path that can be opened now, good for the next two calls, borrowed.  It is
 * `file` itself where there is no helper, and where it can't be read: that is
 * then said of the very file.  NULL of NULL. */
const char *ca_bundle_path(struct ca_bundle *b, const char *file, int64_t now);

#endif
