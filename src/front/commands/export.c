/* mairu export: what the hook calls at every prompt. */

#include "front/cli/cmd.h"
#include "front/completion/value.h"
#include "front/prompt/run.h"
#include "front/terminal/say.h"

static int export_run(const struct cmd_line *line)
{
	enum shell sh = shell_find(line->args[0]);

	if (sh == SHELL_UNKNOWN) {
		say_failure("export: the shells are bash, zsh and fish");
		return EXIT_USAGE;
	}
	return run_prompt(sh, line->n_args > 1 ? line->args[1] : NULL);
}

const struct cmd cmd_export = {
    .name = "export",
    .synopsis = "SHELL [BEGAN]",
    .purpose = "print what must change in the shell; the hook calls it",
    .details = "SHELL is bash, zsh or fish.  Prints one statement, or nothing "
	       "if nothing\n"
	       "changed.  BEGAN is what an earlier statement set, if that one "
	       "took long.",
    .example = "mairu export zsh",
    .min_args = 1,
    .max_args = 2,
    .arg_values = {&value_shell},
    .run = export_run,
};
