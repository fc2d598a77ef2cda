#include "front/completion/value.h"

#include <string.h>

#include "base/config/servers.h"
#include "base/config/settings.h"
#include "front/completion/value_role.h"
#include "front/servers/server_check.h"

#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})

/* --- servers */

static void offer_servers(
    struct candidates *o, const struct cmd *c, const struct cmd_line *line)
{
	struct servers s;
	struct err e;

	(void)c;
	(void)line;
	if (servers_load(&s, NULL, &e) < 0)
		return;
	for (size_t i = 0; i < s.count; i++) {
		const struct servers_entry *one = &s.at[i];

		/* A leading dash would be read as an option. */
		if (server_check(&s, i, &e) == SERVER_USABLE &&
		    one->id[0] != '-')
			candidates_put(o, one->id,
			    one->id_given ? one->url
					  : servers_kind_title(one->kind));
	}
	servers_release(&s);
}

const struct value value_server = {.tag = "servers", .offer = offer_servers};

static void offer_servers_or_auto(
    struct candidates *o, const struct cmd *c, const struct cmd_line *line)
{
	candidates_put(
	    o, "auto", "that of the role in force, or of the project");
	offer_servers(o, c, line);
}

const struct value value_server_or_auto = {
    .tag = "servers", .offer = offer_servers_or_auto};

/* --- roles */

/* The server named on the line, by an option or an argument. */
static const char *server_of(const struct cmd *c, const struct cmd_line *line)
{
	for (size_t i = 0; i < CMD_MAX_OPTIONS; i++)
		if (c->option_values[i] == &value_server &&
		    line->option[i] != NULL)
			return line->option[i];
	for (size_t i = 0; i < CMD_MAX_VALUES && i < line->n_args; i++)
		if (c->arg_values[i] == &value_server ||
		    c->arg_values[i] == &value_server_or_auto)
			return line->args[i];
	return NULL;
}

static void offer_roles(
    struct candidates *o, const struct cmd *c, const struct cmd_line *line)
{
	value_role_offer(o, server_of(c, line));
}

const struct value value_role = {.tag = "roles", .offer = offer_roles};

static void offer_roles_or_auto(
    struct candidates *o, const struct cmd *c, const struct cmd_line *line)
{
	/* An error together with a named server. */
	if (server_of(c, line) == NULL)
		candidates_put(o, "auto", "the role of the project here");
	offer_roles(o, c, line);
}

const struct value value_role_or_auto = {
    .tag = "roles", .offer = offer_roles_or_auto};

/* --- words that are known */

const struct value value_mode = {
    .tag = "modes", .words = WORDS("ecs", "static")};
const struct value value_grant_type = {
    .tag = "types", .words = WORDS("code", "device_code")};
const struct value value_role_format = {
    .tag = "formats", .words = WORDS("text", "oneline", "json")};
const struct value value_prompt_for = {
    .tag = "prompts", .words = WORDS("bash", "fish", "tmux", "zsh")};
const struct value value_setting_verb = {
    .tag = "verbs", .words = WORDS("get", "set", "unset")};

static void offer_shells(
    struct candidates *o, const struct cmd *c, const struct cmd_line *line)
{
	(void)c;
	(void)line;
	for (int sh = 0; sh < SHELL_UNKNOWN; sh++)
		candidates_put(o, shell_name((enum shell)sh), NULL);
}

const struct value value_shell = {.tag = "shells", .offer = offer_shells};

static void offer_commands(
    struct candidates *o, const struct cmd *c, const struct cmd_line *line)
{
	(void)c;
	(void)line;
	for (size_t i = 0; cmd_all[i] != NULL; i++)
		candidates_put(o, cmd_all[i]->name, cmd_all[i]->purpose);
}

const struct value value_command = {.tag = "commands", .offer = offer_commands};

/* --- settings */

static void offer_settings(
    struct candidates *o, const struct cmd *c, const struct cmd_line *line)
{
	(void)c;
	(void)line;
	for (int k = 0; k < SETTINGS_COUNT; k++)
		candidates_put(o, settings_name((enum settings_key)k), NULL);
}

const struct value value_setting = {.tag = "keys", .offer = offer_settings};

static void offer_setting_values(
    struct candidates *o, const struct cmd *c, const struct cmd_line *line)
{
	int key = settings_find(line->args[1]);

	(void)c;
	if (strcmp(line->args[0], "set") != 0)
		return;
	if (key == SETTINGS_CA_BUNDLE)
		o->rest = CANDIDATES_FILES;
	if (key != SETTINGS_USE_FIPS && key != SETTINGS_USE_DUALSTACK &&
	    key != SETTINGS_SECRET_MEMORY)
		return;
	candidates_put(o, "true", NULL);
	candidates_put(o, "false", NULL);
}

const struct value value_setting_value = {
    .tag = "values", .offer = offer_setting_values};

/* --- completed by the shell */

const struct value value_path = {.rest = CANDIDATES_FILES};
const struct value value_program = {.rest = CANDIDATES_COMMAND};
