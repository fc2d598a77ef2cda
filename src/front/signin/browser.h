#ifndef MAIRU_FRONT_SIGNIN_BROWSER_H
#define MAIRU_FRONT_SIGNIN_BROWSER_H

/*
 * The user's browser: $BROWSER as xdg-open reads it (a list with colons, each
 * a command in which %s is the URL, or to which the URL is appended; words are
 * split at blanks, and no shell sees them), else what the desktop has.
 */

#include "base/core/err.h"

/* 1 when a person sits before this terminal: standard input and standard error
 * are one. */
int browser_has_person(void);

/* 1 when a program is there that opens what the desktop has. */
int browser_has_opener(void);

/* 1 when what browser_open() starts is known to open a file of this user's. */
int browser_reads_files(void);

/* Starts it, detached from the terminal: neither Ctrl-C nor what it prints
 * gets from one to the other.  Whether one is of use here is headless.h's.
 * ERR_SYS, ERR_NOT_FOUND: nothing could be started. */
int browser_open(const char *url, struct err *e) MUST_CHECK;

#endif
