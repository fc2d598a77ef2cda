#ifndef MAIRU_FRONT_CLI_PARSE_H
#define MAIRU_FRONT_CLI_PARSE_H

/*
 * Parses the words after a command's name by its table: to run it, or to
 * complete it.
 */

#include "front/cli/cmd.h"

enum cmd_parse_end {
	CMD_PARSED,
	CMD_WANTS_HELP,
	CMD_NO_OPTION,	     /* unknown option `word` */
	CMD_VALUE_NEEDLESS,  /* option in `word` takes no value */
	CMD_VALUE_MISSING,   /* missing value of `wants` */
	CMD_TOO_MANY_OPTIONS /* `word` is one too many */
};

struct cmd_parse {
	struct cmd_line line; /* as far as parsed */
	const char *word;     /* borrowed from argv */
	const struct cmd_option *wants;
	int no_more_options; /* the rest are arguments */
	int own_at; /* index in argv of the argument after which the rest is
		       another program's, or -1 */
};

/* argv has room for a NULL after its argc words, and is reordered.  Does not
 * check the number of arguments. */
enum cmd_parse_end cmd_parse(
    const struct cmd *c, int argc, char **argv, struct cmd_parse *p);

/* Finds an option by letter; NULL if none. */
const struct cmd_option *cmd_by_letter(const struct cmd *c, char letter);

/* Finds an option by name; NULL if none. */
const struct cmd_option *cmd_by_name(
    const struct cmd *c, const char *name, size_t len);

#endif
