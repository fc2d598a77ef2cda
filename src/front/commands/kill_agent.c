/* mairu kill-agent: ends the broker, and with it all that it holds. */

#include "front/cli/cmd.h"
#include "front/client/broker_end.h"
#include "front/terminal/say.h"

enum {
	OPT_KEEPER
};

static int kill_run(const struct cmd_line *line)
{
	struct err e;

	return broker_end(line->option[OPT_KEEPER] != NULL, &e) < 0
		   ? say_err(&e)
		   : EXIT_OK;
}

const struct cmd cmd_kill_agent = {
    .name = "kill-agent",
    .synopsis = "",
    .purpose = "ends the broker; all that it holds is wiped",
    .details = "The next prompt or command that needs one starts another, at "
	       "the same port.\n"
	       "Tokens that programs have are worth nothing then, unless the "
	       "broker was of\n"
	       "another version: that is an upgrade.",
    .example = "mairu kill-agent",
    .options = {[OPT_KEEPER] = {"keeper", 0, NULL,
		    "ends what keeps the broker's port, too"}},
    .run = kill_run,
};
