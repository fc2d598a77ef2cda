/* mairu login: gets a session with a credential server. */

#include "front/cli/cmd.h"
#include "front/completion/value.h"
#include "front/signin/signin.h"
#include "front/terminal/say.h"

enum {
	OPT_GRANT,
	OPT_NO_BROWSER,
	OPT_PASTE,
	OPT_FORCE
};

/* Pasting implies the code grant. */
static int choose_grant(
    const struct cmd_line *line, struct signin *s, struct err *e)
{
	int r = signin_grant(line->option[OPT_GRANT], &s->grant, e);

	if (r < 0 || !s->paste)
		return r;
	if (s->grant == LOGIN_GRANT_DEVICE)
		return err_set(e, ERR_USAGE,
		    "login: the grant type device_code has nothing to paste");
	s->grant = LOGIN_GRANT_CODE;
	return 0;
}

static int login_run(const struct cmd_line *line)
{
	char server[TARGET_NAME];
	struct signin s = {.server = server,
	    .force = line->option[OPT_FORCE] != NULL,
	    .paste = line->option[OPT_PASTE] != NULL,
	    .no_browser = line->option[OPT_NO_BROWSER] != NULL};
	struct err e;
	int r = choose_grant(line, &s, &e);

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
    .purpose = "log in to a credential server",
    .details =
	"SERVER is an id or a URL (see: mairu list-servers).  The default is\n"
	"the server of the trusted config here, else MAIRU_SERVER, else the\n"
	"only one configured.  Shows the address, and opens it if there is a\n"
	"browser.  If there is none (over SSH, in a container, without a\n"
	"display), shows a code for any other device, if the server offers "
	"it.\n"
	"MAIRU_LOCAL_PORT is the port that the browser comes back to.",
    .example = "mairu login contoso",
    .max_args = 1,
    .options = {[OPT_GRANT] = {"oauth-grant-type", 0, "TYPE",
		    "code, or device_code: without a browser here"},
	[OPT_NO_BROWSER] = {"no-browser", 0, NULL, "only show the address"},
	[OPT_PASTE] = {"paste", 0, NULL,
	    "paste the address where a browser elsewhere ended"},
	[OPT_FORCE] = {"force", 0, NULL, "log in even if there is a session"}},
    .arg_values = {&value_server},
    .option_values = {[OPT_GRANT] = &value_grant_type},
    .run = login_run,
};
