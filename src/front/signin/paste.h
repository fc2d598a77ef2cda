#ifndef MAIRU_FRONT_SIGNIN_PASTE_H
#define MAIRU_FRONT_SIGNIN_PASTE_H

/*
 * What a person types or pastes unseen, from the bytes of a terminal that does
 * no editing: an address, which holds no blanks, so that one which was wrapped
 * on its way is one again.  Words that are no address keep a blank between
 * them, so that nobody takes them for one.
 */

#include <stddef.h>

#include "base/core/buf.h"

enum {
	PASTE_MAX = 16 * 1024
};

enum paste_result {
	PASTE_MORE,
	/* Enter was the last that came.  If more comes after it, it was the
	 * end of a wrapped line. */
	PASTE_ENTER,
	PASTE_LONG, /* more than PASTE_MAX; it is forgotten */
	PASTE_DONE, /* Ctrl-D where nothing stands: there is nothing to come */
};

struct paste {
	struct buf text; /* a secret; buf_release() wipes it */
	enum {
		PASTE_PLAIN,
		PASTE_ESCAPE,
		PASTE_CSI,
		PASTE_SS3
	} at;		/* in a key's escape sequence */
	unsigned param; /* of it */
	int bracketed;	/* between the marks of a terminal */
	int entered;
	int blank; /* one stands before what comes next */
};

void paste_init(struct paste *p);

/* Takes bytes; borrows them. */
enum paste_result paste_feed(struct paste *p, const char *s, size_t len);

/* Forgets all of it, and wipes. */
void paste_clear(struct paste *p);
void paste_release(struct paste *p);

#endif
