#ifndef MAIRU_FRONT_SIGNIN_PASTING_H
#define MAIRU_FRONT_SIGNIN_PASTING_H

/*
 * Reading what a browser elsewhere ended at, and bringing it to the broker,
 * while a login is waited for.  From a terminal, unseen and as often as it
 * takes; else one line of standard input.
 */

#include "base/core/err.h"
#include "front/signin/paste.h"
#include "front/signin/silent_tty.h"

struct pasting {
	const char *id; /* of the server; borrowed */
	struct paste paste;
	struct silent_tty tty;
	int on; /* something is still to be read */
	/* It has been brought.  A terminal is read on, and what comes thrown
	 * away: the rest of something pasted is no command for a shell. */
	int brought;
	int is_tty;
};

/* Nothing is read yet; `on` 0: nothing ever is. */
void pasting_init(struct pasting *p, const char *id, int on);

/* What is to be polled, or -1: nothing now (a job in the background). */
int pasting_fd(struct pasting *p);

/* Reads what is there; once it is whole, asks the broker.  ERR_USAGE from a
 * terminal is shown and asked again.  Any other error ends the login. */
int pasting_read(struct pasting *p, struct err *e) MUST_CHECK;

/* Gives the terminal back until the next pasting_fd(). */
void pasting_pause(struct pasting *p);

/* And wipes. */
void pasting_release(struct pasting *p);

#endif
