#ifndef MAIRU_FRONT_COMPLETION_CANDIDATES_H
#define MAIRU_FRONT_COMPLETION_CANDIDATES_H

/*
 * What may stand at the end of a command line, in the form that the completion
 * of one shell reads.  The first line says how to go on, what follows are the
 * words:
 *
 *	words TAG	each on a line; TAG says what they are ("roles")
 *	files		the names of files
 *	command N	what follows word N is another command's line
 *
 * bash gets the part of a word that it has not yet, quoted as the place needs
 * it.  zsh gets WORD:TEXT, with a backslash before each backslash, and before
 * each colon of the word; fish gets WORD<tab>TEXT.  Both quote by themselves,
 * and choose: they get more than what begins with what was typed, as users may
 * have set them to find that.
 *
 * Words may come from outside.  Those that a terminal would not show as they
 * are, or that can't be typed in that place, are left out.  In a charset other
 * than UTF-8 that is all that is not ASCII: the last byte of such a word may
 * make one character with the backslash, or the newline, behind it.
 */

#include <stddef.h>

#include "base/core/buf.h"
#include "front/shell/quoting.h"

enum candidates_rest {
	CANDIDATES_WORDS,
	CANDIDATES_FILES,
	CANDIDATES_COMMAND
};

struct candidates {
	enum shell shell;
	const char *typed; /* so far of the word, unquoted */
	/* bash: what of that it keeps, and the quote that is open or 0. */
	const char *kept;
	char quote;
	int is_utf8; /* the shell's charset */
	/* What stands before each word, as in --mode=static; "" or all of it
	 * is typed. */
	const char *glue;
	enum candidates_rest rest;
	size_t command_at; /* CANDIDATES_COMMAND: which word it is */
	const char *tag;
	size_t n;
	struct buf lines;
};

/* typed and kept are borrowed. */
void candidates_init(struct candidates *o, enum shell sh, const char *typed);
void candidates_release(struct candidates *o);

/* One more, if it fits what was typed; what (or NULL) says what it is.  Both
 * may be anything. */
void candidates_put(struct candidates *o, const char *word, const char *what);

/* Appends all of it; nothing when nothing is offered. */
void candidates_print(struct candidates *o, struct buf *out);

#endif
