#ifndef MAIRU_FRONT_SIGNIN_BROWSER_KIND_H
#define MAIRU_FRONT_SIGNIN_BROWSER_KIND_H

/*
 * Whether the browser started here is known to be able to open this user's
 * files: a common browser, installed as a plain program.  Snaps and flatpaks
 * see other directories, a wrapper may lead to another machine, and the desktop
 * may open a file in an editor; for all of these, and for anything unknown, the
 * answer is no.
 */

/* 1 if a command in $BROWSER, or in a desktop entry, is such a browser. */
int browser_kind_is_plain(const char *command);

/* The same for the desktop's handlers of http and of HTML files, if they are
 * the same program. */
int browser_kind_of_desktop(void);

#endif
