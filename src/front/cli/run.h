#ifndef MAIRU_FRONT_CLI_RUN_H
#define MAIRU_FRONT_CLI_RUN_H

/*
 * A command is run with what follows its name.
 */

#include "front/cli/cmd.h"

/* Parses that, refuses what the command does not take, shows its help where
 * that is wanted.  argv is reordered.  An exit code. */
int run_command(const struct cmd *c, int argc, char **argv);

#endif
