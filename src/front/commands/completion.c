/* mairu completion: prints a shell's completion script. */

#include "base/core/buf.h"
#include "front/cli/cmd.h"
#include "front/completion/value.h"
#include "front/shell/hooks.h"
#include "front/terminal/say.h"

static int completion_run(const struct cmd_line *line)
{
	enum shell sh = shell_find(line->args[0]);
	struct buf b = BUF_INIT(64 * 1024);
	int r;

	if (sh == SHELL_UNKNOWN) {
		say_failure("completion: the shells are bash, zsh and fish");
		return EXIT_USAGE;
	}
	buf_adds(&b, hooks_completion(sh));
	r = say_data(&b);
	buf_release(&b);
	return r;
}

const struct cmd cmd_completion = {
    .name = "completion",
    .synopsis = "SHELL",
    .purpose = "print the completion script for your shell",
    .details =
	"SHELL is bash, zsh or fish.  Packages install it; without one, put\n"
	"one of these lines into ~/.bashrc, into ~/.zshrc after compinit, or\n"
	"into ~/.config/fish/config.fish:\n"
	"  eval \"$(mairu completion bash)\"\n"
	"  source <(mairu completion zsh)\n"
	"  mairu completion fish | source\n"
	"Roles come from a running broker: the first TAB makes it fetch the "
	"list,\n"
	"and the next one shows it.",
    .example = "eval \"$(mairu completion bash)\"",
    .min_args = 1,
    .max_args = 1,
    .arg_values = {&value_shell},
    .run = completion_run,
};
