/* mairu login: gets a session of a credential server. */

#include "front/cmd.h"
#include "front/say.h"
#include "front/signin.h"

enum {
	OPT_GRANT,
	OPT_NO_BROWSER,
	OPT_PASTE,
	OPT_FORCE
};

static int login_run(const struct cmd_line *line)
{
	char server[TARGET_NAME];
	struct signin s = {.server = server,
	    .force = line->option[OPT_FORCE] != NULL,
	    .no_browser = line->option[OPT_NO_BROWSER] != NULL};
	struct err e;
	int r = signin_grant(line->option[OPT_GRANT], &e);

	if (line->option[OPT_PASTE] != NULL) {
		say("login: --paste is not there yet; open the address on "
		    "this machine, or forward its port");
		return EXIT_USAGE;
	}
	if (r == 0)
		r = line->n_args > 0 ? target_copy(server, line->args[0], &e)
				     : target_server_here(server, &e);
	if (r == 0)
		r = signin_port(&s.port, &e);
	if (r == 0)
		r = signin_run(&s, &e);
	if (r < 0)
		return say_err(&e);
	signin_say(&s);
	return EXIT_OK;
}

const struct cmd cmd_login = {
    .name = "login",
    .synopsis = "[SERVER]",
    .purpose = "logs in to a credential server, with the browser",
    .details =
	"SERVER is an id or a URL (see: mairu list-servers).  Without it, "
	"that\n"
	"of the trusted config here, else MAIRU_SERVER, else the only one "
	"that\n"
	"is configured.  The address is shown, and opened where a person sits\n"
	"before a display.  MAIRU_LOCAL_PORT is the port it comes back to.",
    .example = "mairu login contoso",
    .max_args = 1,
    .options = {[OPT_GRANT] = {"oauth-grant-type", 0, "TYPE",
		    "code (the only one yet)"},
	[OPT_NO_BROWSER] = {"no-browser", 0, NULL, "only shows the address"},
	[OPT_PASTE] = {"paste", 0, NULL, "not there yet"},
	[OPT_FORCE] = {"force", 0, NULL, "logs in though there is a session"}},
    .run = login_run,
};
