#ifndef MAIRU_FRONT_COMPLETION_CANDIDATES_H
#define MAIRU_FRONT_COMPLETION_CANDIDATES_H

/*
 * Completion candidates, in the format that each shell's completion reads.  The
 * first line says how to go on, the rest are the words:
 *
 *	words TAG	one per line; TAG is their kind ("roles")
 *	files		file names
 *	command N	another command's line begins after word N
 *
 * bash gets the rest of a word, quoted for its place.  zsh gets WORD:TEXT, with
 * a backslash before each backslash, and before each colon in the word; fish
 * gets WORD<tab>TEXT.  Both quote and filter by themselves: they get more than
 * the words that begin with what was typed, as users may have configured looser
 * matching.
 *
 * Words may be untrusted.  Those that a terminal would not show verbatim, or
 * that can't be typed in that place, are left out.  In a charset other than
 * UTF-8 that is everything but ASCII: the last byte of such a word may combine
 * with the following backslash or newline into one character.
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
	const char *typed; /* the word so far, unquoted */
	/* bash: the part it keeps, and the open quote or 0. */
	const char *kept;
	char quote;
	int is_utf8; /* the shell's charset */
	/* Prefix of each word, as in --mode=static: "", or fully typed. */
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

/* Adds a word if it matches what was typed; what (or NULL) describes it.  Both
 * may be any bytes. */
void candidates_put(struct candidates *o, const char *word, const char *what);

/* Appends the output; nothing if there are no candidates. */
void candidates_print(struct candidates *o, struct buf *out);

#endif
