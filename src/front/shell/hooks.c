#include "front/shell/hooks.h"

/* The assembler includes the files, so they stay in their own language.  Paths
 * are relative to make's working directory. */
/* NOLINTBEGIN(bugprone-macro-parentheses): `file` is a piece of a string */
#define EMBED(symbol, file)                                                    \
	__asm__(".section .rodata\n" #symbol ":\n.incbin \"" file              \
		"\"\n.byte 0\n.previous\n");                                   \
	extern const char symbol[] __attribute__((visibility("hidden")))
/* NOLINTEND(bugprone-macro-parentheses) */

EMBED(hook_bash, "hooks/bash/hook.bash");
EMBED(hook_bash_cd, "hooks/bash/cd.bash");
EMBED(hook_zsh, "hooks/zsh/hook.zsh");
EMBED(hook_fish, "hooks/fish/hook.fish");
EMBED(completion_bash, "hooks/bash/completion.bash");
EMBED(completion_zsh, "hooks/zsh/completion.zsh");
EMBED(completion_fish, "hooks/fish/completion.fish");

const char *hooks_text(enum shell sh)
{
	switch (sh) {
	case SHELL_BASH:
		return hook_bash;
	case SHELL_ZSH:
		return hook_zsh;
	case SHELL_FISH:
		return hook_fish;
	case SHELL_UNKNOWN:
		break;
	}
	return "";
}

const char *hooks_bash_cd(void)
{
	return hook_bash_cd;
}

const char *hooks_completion(enum shell sh)
{
	return sh == SHELL_BASH	  ? completion_bash
	       : sh == SHELL_ZSH  ? completion_zsh
	       : sh == SHELL_FISH ? completion_fish
				  : "";
}
