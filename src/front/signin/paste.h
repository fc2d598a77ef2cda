#ifndef MAIRU_FRONT_SIGNIN_PASTE_H
#define MAIRU_FRONT_SIGNIN_PASTE_H

/*
 * Text typed or pasted without echo, from the raw bytes of a terminal: an
 * address has no blanks, so a wrapped one is joined again.  Words that are not
 * an address keep a blank between them, so that they can't be mistaken for one.
 */

#include <stddef.h>

#include "base/core/buf.h"

enum {
	PASTE_MAX = 16 * 1024
};

enum paste_result {
	PASTE_MORE,
	/* Ends in Enter.  If more follows, it was the end of a wrapped line. */
	PASTE_ENTER,
	PASTE_LONG, /* more than PASTE_MAX; discarded */
	PASTE_DONE, /* Ctrl-D on empty input: end of input */
};

struct paste {
	struct buf text; /* a secret; buf_release() wipes it */
	enum {
		PASTE_PLAIN,
		PASTE_ESCAPE,
		PASTE_CSI,
		PASTE_SS3
	} at;		/* position in a key's escape sequence */
	unsigned param; /* of the sequence */
	int bracketed;	/* in a bracketed paste */
	int entered;
	int blank; /* put one before the next word */
};

void paste_init(struct paste *p);

/* Processes bytes; borrows them. */
enum paste_result paste_feed(struct paste *p, const char *s, size_t len);

/* Discards and wipes the text. */
void paste_clear(struct paste *p);
void paste_release(struct paste *p);

#endif
