#ifndef MAIRU_FRONT_COMPLETION_VALUE_H
#define MAIRU_FRONT_COMPLETION_VALUE_H

/*
 * What the arguments and options of commands take, as far as anybody can know
 * before it is typed: for the tables of commands.
 */

#include "front/cli/cmd.h"
#include "front/completion/candidates.h"

struct value {
	const char *tag;	  /* what many of them are called */
	const char *const *words; /* all that there are, NULL ends; or NULL */
	/* Offers what there is now; or NULL. */
	void (*offer)(struct candidates *o, const struct cmd *c,
	    const struct cmd_line *line);
	enum candidates_rest rest;
};

extern const struct value value_server, /* those of servers.d */
    value_server_or_auto,
    value_role, /* those that a running broker knows, without a wait */
    value_role_or_auto, value_mode, value_grant_type, value_role_format,
    value_shell, value_command, /* ours */
    value_program,		/* and what follows: somebody else's */
    value_path, value_setting_verb, value_setting, value_setting_value,
    value_prompt_for;

#endif
