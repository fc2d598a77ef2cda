/* mairu logout: forgets sessions and everything from them. */

#include "front/signin/logout.h"
#include "front/cli/cmd.h"
#include "front/completion/value.h"
#include "front/servers/target.h"
#include "front/terminal/say.h"

enum {
	OPT_ALL
};

static int logout_run(const struct cmd_line *line)
{
	char server[TARGET_NAME] = "";
	struct err e;
	int r = 0;

	if (line->option[OPT_ALL] != NULL && line->n_args > 0) {
		say_failure("logout: give a server or --all, not both. Run: "
			    "mairu logout --help");
		return EXIT_USAGE;
	}
	if (line->n_args > 0)
		r = target_copy(server, line->args[0], &e);
	else if (line->option[OPT_ALL] == NULL)
		r = target_server_here(server, &e);
	if (r == 0)
		r = logout_server(server, &e);
	return r < 0 ? say_err(&e) : EXIT_OK;
}

const struct cmd cmd_logout = {
    .name = "logout",
    .synopsis = "[SERVER]",
    .purpose = "forget a session and all credentials that came from it",
    .details = "SERVER defaults as for `mairu login`.",
    .example = "mairu logout contoso",
    .max_args = 1,
    .options = {[OPT_ALL] = {"all", 0, NULL, "log out of every server"}},
    .arg_values = {&value_server},
    .run = logout_run,
};
