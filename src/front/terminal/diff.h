#ifndef MAIRU_FRONT_TERMINAL_DIFF_H
#define MAIRU_FRONT_TERMINAL_DIFF_H

/*
 * Shows a change to a file, for the user to agree to.
 */

/* Prints to standard error, in colour if supported.  path: of the file; diff:
 * lines that begin with a plus, a minus or a blank; both sanitised. */
void diff_show(const char *path, const char *diff);

#endif
