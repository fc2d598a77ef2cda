/* mairu hook: prints the code for a shell's start-up file to evaluate. */

#include "base/core/buf.h"
#include "front/cli/cmd.h"
#include "front/client/self.h"
#include "front/completion/value.h"
#include "front/shell/hook_mark.h"
#include "front/shell/hooks.h"
#include "front/shell/quoting.h"
#include "front/terminal/say.h"

enum {
	OPT_CD
};

static int hook_run(const struct cmd_line *line)
{
	enum shell sh = shell_find(line->args[0]);
	struct buf b = BUF_INIT(64 * 1024);
	char self[PATH_MAX];
	struct err e;
	int r;

	if (sh == SHELL_UNKNOWN) {
		say_failure("hook: the shells are bash, zsh and fish");
		return EXIT_USAGE;
	}
	if (line->option[OPT_CD] != NULL && sh != SHELL_BASH) {
		say_failure("hook: --cd is for bash; %s reports every change "
			    "of directory by itself",
		    shell_name(sh));
		return EXIT_USAGE;
	}
	if (self_path(self, &e) < 0)
		return say_err(&e);
	buf_adds(&b, sh == SHELL_FISH ? "set -g __mairu_bin " : "__mairu_bin=");
	shell_quote(sh, &b, self);
	buf_addc(&b, '\n');
	/* zsh parses and runs functions with the options in effect at the time;
	 * ones defined like this use the shell's defaults, whatever the user's.
	 */
	if (sh == SHELL_ZSH) {
		buf_adds(&b, "\\builtin emulate zsh -c ");
		shell_quote(sh, &b, hooks_text(sh));
		buf_addc(&b, '\n');
	} else {
		buf_adds(&b, hooks_text(sh));
	}
	if (line->option[OPT_CD] != NULL)
		buf_adds(&b, hooks_bash_cd());
	hook_mark(sh, &b);
	r = say_data(&b);
	buf_release(&b);
	return r;
}

const struct cmd cmd_hook = {
    .name = "hook",
    .synopsis = "SHELL",
    .purpose = "print the hook for your shell's start-up file",
    .details =
	"SHELL is bash, zsh or fish.  Put one of these lines at the end of\n"
	"~/.bashrc, ~/.zshrc or ~/.config/fish/config.fish:\n"
	"  eval \"$(mairu hook bash)\"\n"
	"  eval \"$(mairu hook zsh)\"\n"
	"  mairu hook fish | source",
    .example = "eval \"$(mairu hook zsh)\"",
    .options = {[OPT_CD] = {"cd", 0, NULL,
		    "bash: also run right after cd, pushd and popd"}},
    .min_args = 1,
    .max_args = 1,
    .arg_values = {&value_shell},
    .run = hook_run,
};
