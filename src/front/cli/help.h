#ifndef MAIRU_FRONT_CLI_HELP_H
#define MAIRU_FRONT_CLI_HELP_H

/*
 * Help on standard output, as the table of commands has it; each returns an
 * exit code.
 */

#include "front/cli/cmd.h"

/* How one command is used. */
int help_command(const struct cmd *c);

/* Which commands there are. */
int help_all(void);

#endif
