#ifndef MAIRU_FRONT_COMPLETION_BASH_LINE_H
#define MAIRU_FRONT_COMPLETION_BASH_LINE_H

/*
 * A partial command line as bash passes it to a completion: with quotes, and
 * with words split at the characters of COMP_WORDBREAKS (`--server=a:b` is five
 * pieces).  Rejoins and unquotes the words.
 */

#include <stddef.h>

enum {
	BASH_LINE_MAX = 4096 /* words; nobody types more */
};

struct bash_line {
	char **words; /* NULL-terminated; the last one may be "" */
	size_t n;     /* at least 1 */
	/* The piece that each word begins with. */
	size_t *piece;
	/* The part of the last word, unquoted, that bash keeps when it replaces
	 * the rest with a completion. */
	char *kept;
	char quote; /* left open at the end, or 0 */
};

/* line ends at the cursor, in the last of the n pieces.  -1: no words, too
 * many, or it ends in something that can't be completed, such as a backslash.
 * Release it whatever the result. */
int bash_line_read(
    struct bash_line *t, const char *line, const char *const *pieces, size_t n);

/* The same for words that the shell itself has joined and unquoted. */
int bash_line_take(struct bash_line *t, const char *const *words, size_t n);

void bash_line_release(struct bash_line *t);

#endif
