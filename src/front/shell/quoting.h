#ifndef MAIRU_FRONT_SHELL_QUOTING_H
#define MAIRU_FRONT_SHELL_QUOTING_H

/*
 * The languages of the three shells: quoting, and the one statement that the
 * hook evaluates.  The statement is one compound command that ends in a fixed
 * text: cut anywhere it is no statement, and the hook evaluates none that
 * lacks the end.
 */

#include <stdint.h>

#include "base/core/buf.h"
#include "front/environment/plan.h"

enum shell {
	SHELL_BASH,
	SHELL_ZSH,
	SHELL_FISH,
	SHELL_UNKNOWN
};

enum shell shell_find(const char *name);
const char *shell_name(enum shell sh);

/* Appends one word, all of it ASCII, that the shell reads as exactly these
 * bytes in any locale. */
void shell_quote(enum shell sh, struct buf *out, const char *s);

struct shell_change {
	const struct plan *plan;
	const char *state;   /* to be exported, or NULL: unset */
	const char *news;    /* lines to print once it is done, or NULL; nothing
				that comes from a config which is not trusted */
	const char *refused; /* the state where the shell does not let the
				change happen, or NULL: as it is */
	int drops;	     /* it takes a role away */
	int64_t began;	     /* what the hook tells the next run, or 0 */
};

/* Appends the statement.  Where the shell does not let a variable go (it is
 * read-only, or universal and exported in fish) it changes nothing, and says
 * so once; but a role that is to go goes as far as it can. */
void shell_statement(
    enum shell sh, const struct shell_change *c, struct buf *out);

#endif
