#ifndef MAIRU_FRONT_SIGNIN_BROWSER_H
#define MAIRU_FRONT_SIGNIN_BROWSER_H

/*
 * The user's browser: $BROWSER as xdg-open reads it (a colon-separated list of
 * commands in which %s is the URL, or to which the URL is appended; words are
 * split at blanks, and no shell sees them), else the desktop's.
 */

#include "base/core/err.h"

/* 1 if a user is at this terminal: stdin and stderr are terminals. */
int browser_has_person(void);

/* 1 if a program is installed that opens URLs with the desktop's defaults. */
int browser_has_opener(void);

/* 1 if the program that browser_open() starts is known to be able to open this
 * user's files. */
int browser_reads_files(void);

/* Starts it, detached from the terminal: it gets no Ctrl-C, and its output does
 * not appear.  Whether a browser is of use here is decided by headless.h.
 * ERR_SYS, ERR_NOT_FOUND: nothing could be started. */
int browser_open(const char *url, struct err *e) MUST_CHECK;

#endif
