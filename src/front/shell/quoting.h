#ifndef MAIRU_FRONT_SHELL_QUOTING_H
#define MAIRU_FRONT_SHELL_QUOTING_H

/*
 * The syntax of the three shells: quoting, and the one statement that the hook
 * evaluates.  It is one compound command that ends in a fixed text: truncated
 * anywhere it is not a statement, and the hook evaluates nothing without that
 * ending.
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

/* Appends one word, pure ASCII, that the shell reads as exactly these bytes in
 * any locale. */
void shell_quote(enum shell sh, struct buf *out, const char *s);

struct shell_change {
	const struct plan *plan;
	const char *state;   /* to export, or NULL: unset */
	const char *news;    /* lines to print once it is done, or NULL; nothing
				from an untrusted config */
	const char *refused; /* the state if the shell refuses the change, or
				NULL: keep it */
	int drops;	     /* it removes a role */
	int64_t
	    began; /* start time that the hook passes to the next run, or 0 */
};

/* Appends the statement.  If the shell can't change a variable (it is
 * read-only, or universal and exported in fish), it changes nothing, and says
 * so once; but when removing a role, it removes what it can. */
void shell_statement(
    enum shell sh, const struct shell_change *c, struct buf *out);

#endif
