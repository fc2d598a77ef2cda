#ifndef MAIRU_FRONT_COMPLETION_BASH_LINE_H
#define MAIRU_FRONT_COMPLETION_BASH_LINE_H

/*
 * A command line as far as it was typed, as a completion of bash gets it: with
 * its quotes, and words taken to pieces at the characters of COMP_WORDBREAKS
 * (`--server=a:b` are five).  Put together again, and unquoted.
 */

#include <stddef.h>

enum {
	BASH_LINE_MAX = 4096 /* words; what is longer nobody typed */
};

struct bash_line {
	char **words; /* NULL at the end; the last one may be "" */
	size_t n;     /* at least 1 */
	/* Which piece each word begins with. */
	size_t *piece;
	/* Of the last word, unquoted: what bash keeps when it puts a completion
	 * in the place of the rest. */
	char *kept;
	char quote; /* that is open at the end, or 0 */
};

/* line ends where the cursor is, in the last of the n pieces.  -1: it has no
 * words, too many, or ends in what a completion can't go on from, as a
 * backslash.  Release it whatever the result. */
int bash_line_read(
    struct bash_line *t, const char *line, const char *const *pieces, size_t n);

/* The same of words that a shell has put together and unquoted itself. */
int bash_line_take(struct bash_line *t, const char *const *words, size_t n);

void bash_line_release(struct bash_line *t);

#endif
