#ifndef MAIRU_FRONT_SIGNIN_SILENT_TTY_H
#define MAIRU_FRONT_SIGNIN_SILENT_TTY_H

/*
 * A terminal that shows nothing of what is typed and gives each byte at once:
 * a line that it edits itself ends at 4,096 bytes, and an address that a
 * browser ended at can be longer.  Ctrl-C and Ctrl-Z stay signals.
 */

#include <termios.h>

struct silent_tty {
	int fd;
	int held; /* 1 while it is changed */
	struct termios before;
};

void silent_tty_init(struct silent_tty *t, int fd);

/* Makes it so, if this process may: one in the background may not.  Does
 * nothing more when it is.  1 when it is so now. */
int silent_tty_hold(struct silent_tty *t);

/* Puts it back.  What was typed and not read is thrown away: a shell would take
 * the rest of something pasted for commands. */
void silent_tty_release(struct silent_tty *t);

#endif
