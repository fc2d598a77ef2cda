#ifndef MAIRU_BROKER_NOTIFY_TERMINAL_H
#define MAIRU_BROKER_NOTIFY_TERMINAL_H

/*
 * A line for a person, written to a terminal that some program of theirs has.
 *
 *  - Whoever names a terminal is not believed: what is opened MUST be a
 *    terminal of this very user's, under the name of one, and no link.
 *  - Nothing MUST be written into what a full-screen program shows, nor where
 *    a password is being typed: a terminal that does not edit lines and echo
 *    them is left alone.
 *  - A terminal that nobody reads, or that was stopped, MUST not hold us up.
 */

#include <sys/types.h>

enum {
	TERMINAL_PATH = 48, /* its NUL included */
};

enum terminal_said {
	TERMINAL_SAID,
	TERMINAL_BUSY,	  /* not now */
	TERMINAL_REFUSED, /* there is none of ours by that name */
};

/* 1 when it is the name that a terminal may have: /dev/pts/N or /dev/ttyX. */
int terminal_is_name(const char *path);

/* Writes the text as a line of its own, by the helper where there is one.  It
 * must be sanitised. */
enum terminal_said terminal_say(const char *path, const char *text);

/* The terminal that a process was started at, or "" when it has none, when it
 * sees other ones than we do (in a container), or when the system does not
 * tell. */
void terminal_of(pid_t pid, char path[TERMINAL_PATH]);

#endif
