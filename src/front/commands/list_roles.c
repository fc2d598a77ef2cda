/* mairu list-roles: the roles that one may have. */

#include "front/cli/cmd.h"
#include "front/completion/value.h"
#include "front/role/listing.h"
#include "front/terminal/say.h"

enum {
	OPT_SERVER,
	OPT_OUTPUT,
	OPT_FRESH
};

static int list_roles_run(const struct cmd_line *line)
{
	const char *format = line->option[OPT_OUTPUT];
	int kind = role_format_find(format != NULL ? format : "text");

	if (kind < 0) {
		say_failure(
		    "list-roles: --output takes text, oneline or json. Run: "
		    "mairu list-roles --help");
		return EXIT_USAGE;
	}
	return listing_print((enum role_format_kind)kind,
	    line->option[OPT_SERVER], line->option[OPT_FRESH] != NULL);
}

const struct cmd cmd_list_roles = {
    .name = "list-roles",
    .synopsis = "",
    .purpose = "lists the roles that one may have",
    .details =
	"Of every server that is configured, as they come; those without a\n"
	"login, and files that cannot be used, are named on standard error.\n"
	"text has the server's id and below it its roles, oneline repeats the\n"
	"id in front of each, json is for programs.  The status is 4 when\n"
	"there is no login at all.  The broker remembers a list for a quarter\n"
	"of an hour.",
    .example = "mairu list-roles -o oneline | grep Admin",
    .options = {[OPT_SERVER] = {"server", 0, "SERVER",
		    "only of this one, by its id or URL"},
	[OPT_OUTPUT] = {"output", 'o', "FORMAT",
	    "text (the default), oneline or json"},
	[OPT_FRESH] = {"fresh", 0, NULL, "asks the server in any case"}},
    .option_values =
	{[OPT_SERVER] = &value_server, [OPT_OUTPUT] = &value_role_format},
    .run = list_roles_run,
};
