#ifndef MAIRU_FRONT_TERMINAL_DIFF_H
#define MAIRU_FRONT_TERMINAL_DIFF_H

/*
 * What changes in a file, for a person to agree to.
 */

/* Shows it on standard error, in colour where there is any.  path: of the file,
 * and diff: lines that begin with a plus, a minus or a blank, both sanitised.
 */
void diff_show(const char *path, const char *diff);

#endif
