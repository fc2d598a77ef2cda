#ifndef MAIRU_FRONT_SIGNIN_PASTING_H
#define MAIRU_FRONT_SIGNIN_PASTING_H

/*
 * Reads the address that a browser elsewhere ended at and passes it to the
 * broker, while waiting for a login.  From a terminal: without echo, as many
 * times as needed; else one line of standard input.
 */

#include "base/core/err.h"
#include "front/signin/paste.h"
#include "front/signin/silent_tty.h"

struct pasting {
	const char *id; /* of the server; borrowed */
	struct paste paste;
	struct silent_tty tty;
	int on; /* there is still something to read */
	/* Passed to the broker.  A terminal is still read, and the input
	 * discarded: the rest of a paste must not reach a shell as commands. */
	int brought;
	int is_tty;
};

/* Reads nothing yet; `on` 0: never will. */
void pasting_init(struct pasting *p, const char *id, int on);

/* The descriptor to poll, or -1: none now (a background job). */
int pasting_fd(struct pasting *p);

/* Reads what is available; once complete, asks the broker.  ERR_USAGE from a
 * terminal is shown, and the question repeated.  Any other error ends the
 * login. */
int pasting_read(struct pasting *p, struct err *e) MUST_CHECK;

/* Restores the terminal until the next pasting_fd(). */
void pasting_pause(struct pasting *p);

/* Restores the terminal, and wipes. */
void pasting_release(struct pasting *p);

#endif
