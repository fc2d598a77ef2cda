#ifndef MAIRU_BROKER_NOTIFY_TERMINAL_H
#define MAIRU_BROKER_NOTIFY_TERMINAL_H

/*
 * Writes a line for a person to the terminal of one of their programs.
 *
 *  - Names of terminals are untrusted: what is opened MUST be a terminal of
 *    this very user, named like one, and not a link.
 *  - We MUST NOT write into a full-screen program's display, or while a
 *    password is being typed: a terminal without line editing and echo is left
 *    alone.
 *  - A terminal that nobody reads, or that is stopped, MUST not block us.
 */

#include <sys/types.h>

enum {
	TERMINAL_PATH = 48, /* including the NUL */
};

enum terminal_said {
	TERMINAL_SAID,
	TERMINAL_BUSY,	  /* not now */
	TERMINAL_REFUSED, /* not a terminal of ours */
};

/* 1 if it is a valid name for a terminal: /dev/pts/N or /dev/ttyX. */
int terminal_is_name(const char *path);

/* Writes the text, which must be sanitised, as a line of its own; through the
 * helper if there is one. */
enum terminal_said terminal_say(const char *path, const char *text);

/* The terminal that a process was started on, or "" if it has none, sees
 * different ones than we do (in a container), or the system does not say. */
void terminal_of(pid_t pid, char path[TERMINAL_PATH]);

#endif
