/* mairu list-roles: the roles available to the user. */

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
		say_failure("list-roles: --output must be text, oneline or "
			    "json. Run: mairu list-roles --help");
		return EXIT_USAGE;
	}
	return listing_print((enum role_format_kind)kind,
	    line->option[OPT_SERVER], line->option[OPT_FRESH] != NULL);
}

const struct cmd cmd_list_roles = {
    .name = "list-roles",
    .synopsis = "",
    .purpose = "list the roles that you can use",
    .details =
	"Lists the roles of every configured server, as they arrive.  Servers\n"
	"without a login, and files that cannot be used, are named on "
	"standard\n"
	"error.  text prints each server's id with its roles below it, "
	"oneline\n"
	"puts the id in front of each role, json is for programs.  Exits 4 if\n"
	"there is no login at all.  The broker remembers a list for 15 "
	"minutes.",
    .example = "mairu list-roles -o oneline | grep Admin",
    .options = {[OPT_SERVER] = {"server", 0, "SERVER",
		    "only this server, by its id or URL"},
	[OPT_OUTPUT] = {"output", 'o', "FORMAT",
	    "text, oneline or json (default text)"},
	[OPT_FRESH] = {"fresh", 0, NULL,
	    "ask the server even if the list is remembered"}},
    .option_values =
	{[OPT_SERVER] = &value_server, [OPT_OUTPUT] = &value_role_format},
    .run = list_roles_run,
};
