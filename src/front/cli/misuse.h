#ifndef MAIRU_FRONT_CLI_MISUSE_H
#define MAIRU_FRONT_CLI_MISUSE_H

/*
 * What is typed wrong: says so, names what may be meant, and returns the exit
 * code for it.
 */

#include "front/cli/parse.h"

/* A command's words that ended in this way; with CMD_PARSED there are too few
 * arguments, or too many. */
int misuse_of(
    const struct cmd *c, enum cmd_parse_end end, const struct cmd_parse *p);

/* A word that is no command: names the nearest one (or option, where it looks
 * like one). */
int misuse_unknown(const char *name);

/* A word that stands where none may. */
int misuse_needless(const char *word);

#endif
