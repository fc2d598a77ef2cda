/* mairu kill-agent: ends the broker, and with it everything it holds. */

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
    .purpose = "stop the broker and wipe everything it holds",
    .details = "The next prompt or command that needs a broker starts one, on "
	       "the same port.\n"
	       "Tokens that programs still have become worthless, unless the "
	       "broker was of\n"
	       "another version: that is an upgrade.",
    .example = "mairu kill-agent",
    .options = {[OPT_KEEPER] = {"keeper", 0, NULL,
		    "also stop the keeper of the broker's port"}},
    .run = kill_run,
};
