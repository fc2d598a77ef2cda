#ifndef MAIRU_FRONT_CLI_RUN_H
#define MAIRU_FRONT_CLI_RUN_H

/*
 * Runs a command with the words after its name.
 */

#include "front/cli/cmd.h"

/* Parses them, rejects what the command does not take, shows help if asked.
 * Reorders argv.  Returns an exit code. */
int run_command(const struct cmd *c, int argc, char **argv);

#endif
