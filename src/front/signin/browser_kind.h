#ifndef MAIRU_FRONT_SIGNIN_BROWSER_KIND_H
#define MAIRU_FRONT_SIGNIN_BROWSER_KIND_H

/*
 * Whether what opens a browser here is known to open a file of this user's:
 * one of the usual browsers, installed as a plain program.  Those of snap and
 * flatpak see other directories, a wrapper may lead to another machine, and
 * what the desktop opens a file with may be an editor; of all these, and of
 * what is not known, the answer is no.
 */

/* 1 when a command of $BROWSER, or of a desktop entry, is such a browser. */
int browser_kind_is_plain(const char *command);

/* The same of what the desktop has for http and for HTML files, when that is
 * one and the same program. */
int browser_kind_of_desktop(void);

#endif
