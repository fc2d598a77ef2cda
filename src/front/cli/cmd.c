#include "front/cli/cmd.h"

#include <string.h>

const struct cmd *const cmd_all[] = {&cmd_setup_sso, &cmd_login, &cmd_hook,
    &cmd_allow, &cmd_status, &cmd_exec, &cmd_whoami, &cmd_doctor, &cmd_deny,
    &cmd_logout, &cmd_list_sessions, &cmd_refresh, &cmd_list_roles,
    &cmd_list_servers, &cmd_remove_server, &cmd_setup_profile, &cmd_config,
    &cmd_completion, &cmd_agent, &cmd_kill_agent, &cmd_help_command, &cmd_show,
    &cmd_credential_process, &cmd_export, &cmd_prompt, &cmd_candidates, NULL};

const struct cmd_option cmd_help_option = {"help", 'h', NULL, "show this help"};

const struct cmd_option cmd_globals[] = {
    {"help", 'h', NULL, "show this help; after a command, that command's help"},
    {"version", 'V', NULL, "show the version"}, {0}};

const struct cmd *cmd_find(const char *name)
{
	for (size_t i = 0; cmd_all[i] != NULL; i++)
		if (strcmp(cmd_all[i]->name, name) == 0)
			return cmd_all[i];
	return NULL;
}
