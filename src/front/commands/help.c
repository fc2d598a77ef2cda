/* mairu help: what there is, or how one command is used. */

#include "front/cli/cmd.h"
#include "front/completion/value.h"

static int help_run(const struct cmd_line *line)
{
	const struct cmd *c;

	if (line->n_args == 0)
		return cmd_help_all();
	c = cmd_find(line->args[0]);
	return c != NULL ? cmd_help(c) : cmd_unknown(line->args[0]);
}

const struct cmd cmd_help_command = {
    .name = "help",
    .synopsis = "[COMMAND]",
    .purpose = "shows what there is, or how one command is used",
    .example = "mairu help allow",
    .max_args = 1,
    .arg_values = {&value_command},
    .run = help_run,
};
