#ifndef MAIRU_FRONT_CLI_HELP_H
#define MAIRU_FRONT_CLI_HELP_H

/*
 * Help on standard output, from the command table; returns an exit code.
 */

#include "front/cli/cmd.h"

/* Usage of one command. */
int help_command(const struct cmd *c);

/* The list of commands. */
int help_all(void);

#endif
