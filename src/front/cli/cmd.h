#ifndef MAIRU_FRONT_CLI_CMD_H
#define MAIRU_FRONT_CLI_CMD_H

/*
 * A command: its name, help, options, and the function that runs it.  Help,
 * parser, dispatcher and completion all read the same table, so they cannot
 * disagree; it knows none of them.
 */

#include <stddef.h>

enum {
	CMD_MAX_OPTIONS = 24,
	CMD_MAX_VALUES = 4,
	CMD_MAX_GIVEN = 128
};

struct value; /* front/completion/value.h */

struct cmd_option {
	const char *name; /* without dashes; NULL ends the list */
	char letter;	  /* or 0 */
	const char *arg;  /* value name, or NULL for a switch */
	const char *help; /* with the default, if any */
};

/* Parsed arguments, borrowed from argv. */
struct cmd_line {
	const char
	    *option[CMD_MAX_OPTIONS]; /* by index in cmd->options: the value, ""
					 for a switch, or NULL if not given */
	/* All options in order, for those that may repeat. */
	struct {
		size_t which; /* in cmd->options */
		const char *value;
	} given[CMD_MAX_GIVEN];
	size_t n_given;
	const char *const *args;
	size_t n_args;
};

struct cmd {
	const char *name;
	const char *synopsis; /* after the name */
	const char *purpose;  /* one line */
	const char *details;  /* further lines of help, or NULL */
	const char *example;
	size_t min_args, max_args;
	/* After this many arguments, the rest is another program's command
	 * line, taken as is; 0: never.  args is then NULL-terminated. */
	size_t own_args;
	struct cmd_option options[CMD_MAX_OPTIONS];
	/* For completion: the kind of each argument and of each option's value,
	 * by index, and a bitmask of the options that may repeat.  NULL:
	 * unknown. */
	const struct value *arg_values[CMD_MAX_VALUES];
	const struct value *option_values[CMD_MAX_OPTIONS];
	unsigned repeats;
	int (*run)(const struct cmd_line *line); /* an exit code */
};

/* All commands, in help order; NULL-terminated. */
extern const struct cmd *const cmd_all[];

/* The option every command has; options in place of a command. */
extern const struct cmd_option cmd_help_option, cmd_globals[];

/* NULL: no command of that name. */
const struct cmd *cmd_find(const char *name);

extern const struct cmd cmd_hook, cmd_export, cmd_allow, cmd_deny, cmd_status,
    cmd_show, cmd_agent, cmd_kill_agent, cmd_config, cmd_list_servers,
    cmd_remove_server, cmd_help_command, cmd_login, cmd_logout,
    cmd_list_sessions, cmd_refresh, cmd_exec, cmd_credential_process,
    cmd_setup_profile, cmd_list_roles, cmd_setup_sso, cmd_whoami, cmd_prompt,
    cmd_completion, cmd_candidates, cmd_doctor;

#endif
