#ifndef MAIRU_FRONT_COMPLETION_VALUE_H
#define MAIRU_FRONT_COMPLETION_VALUE_H

/*
 * Kinds of values that arguments and options take, as far as they can be known
 * in advance: for the command tables.
 */

#include "front/cli/cmd.h"
#include "front/completion/candidates.h"

struct value {
	const char *tag;	  /* what they are called, in the plural */
	const char *const *words; /* all of them, NULL-terminated; or NULL */
	/* Offers the current values; or NULL. */
	void (*offer)(struct candidates *o, const struct cmd *c,
	    const struct cmd_line *line);
	enum candidates_rest rest;
};

extern const struct value value_server, /* from servers.d */
    value_server_or_auto,
    value_role, /* known to a running broker, no waiting */
    value_role_or_auto, value_mode, value_grant_type, value_role_format,
    value_shell, value_command, /* ours */
    value_program,		/* and the rest: not ours */
    value_path, value_setting_verb, value_setting, value_setting_value,
    value_prompt_for;

#endif
