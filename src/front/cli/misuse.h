#ifndef MAIRU_FRONT_CLI_MISUSE_H
#define MAIRU_FRONT_CLI_MISUSE_H

/*
 * Reports usage errors with a suggestion; returns the exit code for them.
 */

#include "front/cli/parse.h"

/* A command line that failed to parse; with CMD_PARSED: too few or too many
 * arguments. */
int misuse_of(
    const struct cmd *c, enum cmd_parse_end end, const struct cmd_parse *p);

/* An unknown command: suggests the nearest one (or nearest option, if it looks
 * like one). */
int misuse_unknown(const char *name);

/* An unexpected argument. */
int misuse_needless(const char *word);

#endif
