#ifndef MAIRU_FRONT_CLI_PARSE_H
#define MAIRU_FRONT_CLI_PARSE_H

/*
 * Takes the words after a command's name apart, by its table: for running it,
 * and for saying what could come next.
 */

#include "front/cli/cmd.h"

enum cmd_parse_end {
	CMD_PARSED,
	CMD_WANTS_HELP,
	CMD_NO_OPTION,	     /* `word` is no option of it */
	CMD_VALUE_NEEDLESS,  /* nor does the one in `word` take a value */
	CMD_VALUE_MISSING,   /* the words end before the value of `wants` */
	CMD_TOO_MANY_OPTIONS /* the last of them is `word` */
};

struct cmd_parse {
	struct cmd_line line; /* as far as it came */
	const char *word;     /* borrowed from argv */
	const struct cmd_option *wants;
	int no_more_options; /* whatever follows is an argument */
	int own_at; /* where in argv the argument stood after which the rest is
		       another program's, or -1 */
};

/* argv has room for a NULL after its argc words, and is reordered.  How many
 * arguments there are is not looked at. */
enum cmd_parse_end cmd_parse(
    const struct cmd *c, int argc, char **argv, struct cmd_parse *p);

/* The option of that letter, or NULL. */
const struct cmd_option *cmd_by_letter(const struct cmd *c, char letter);

/* That of that name, or NULL. */
const struct cmd_option *cmd_by_name(
    const struct cmd *c, const char *name, size_t len);

#endif
