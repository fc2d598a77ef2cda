/* mairu help: lists the commands, or explains one. */

#include "front/cli/help.h"
#include "front/cli/misuse.h"
#include "front/completion/value.h"

static int help_run(const struct cmd_line *line)
{
	const struct cmd *c;

	if (line->n_args == 0)
		return help_all();
	c = cmd_find(line->args[0]);
	return c != NULL ? help_command(c) : misuse_unknown(line->args[0]);
}

const struct cmd cmd_help_command = {
    .name = "help",
    .synopsis = "[COMMAND]",
    .purpose = "list the commands, or show how to use one",
    .example = "mairu help allow",
    .max_args = 1,
    .arg_values = {&value_command},
    .run = help_run,
};
