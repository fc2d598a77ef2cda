/* mairu refresh: renews a session now. */

#include "front/signin/refresh.h"
#include "front/cli/cmd.h"
#include "front/completion/value.h"
#include "front/servers/target.h"
#include "front/terminal/say.h"

enum {
	OPT_UTC
};

static int refresh_run(const struct cmd_line *line)
{
	char server[TARGET_NAME];
	struct err e;
	int r = line->n_args > 0 ? target_copy(server, line->args[0], &e)
				 : target_server_here(server, &e);

	if (r == 0)
		r = refresh_session(server, line->option[OPT_UTC] != NULL, &e);
	return r < 0 ? say_err(&e) : EXIT_OK;
}

const struct cmd cmd_refresh = {
    .name = "refresh",
    .synopsis = "[SERVER]",
    .purpose = "renew a session now, if the server allows it",
    .details =
	"SERVER defaults as for `mairu login`.  A session in use is renewed\n"
	"without this before it expires.",
    .example = "mairu refresh contoso",
    .max_args = 1,
    .options = {[OPT_UTC] = {"utc", 0, NULL, "show the time in UTC"}},
    .arg_values = {&value_server},
    .run = refresh_run,
};
