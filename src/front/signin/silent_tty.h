#ifndef MAIRU_FRONT_SIGNIN_SILENT_TTY_H
#define MAIRU_FRONT_SIGNIN_SILENT_TTY_H

/*
 * A terminal without echo or line editing: edited lines end at 4,096 bytes, and
 * the address that a browser ended at can be longer.  Ctrl-C and Ctrl-Z remain
 * signals.
 */

#include <termios.h>

struct silent_tty {
	int fd;
	int held; /* 1 while changed */
	struct termios before;
};

void silent_tty_init(struct silent_tty *t, int fd);

/* Switches the terminal, if this process may: one in the background may not.
 * No effect if already switched.  1 if it is switched now. */
int silent_tty_hold(struct silent_tty *t);

/* Restores it.  Unread input is discarded: a shell would run the rest of a
 * paste as commands. */
void silent_tty_release(struct silent_tty *t);

#endif
