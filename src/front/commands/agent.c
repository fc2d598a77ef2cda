/* mairu agent: the broker in the foreground. */

#include "front/cli/cmd.h"
#include "front/client/proxy_consent.h"
#include "front/client/proxy_unused.h"
#include "front/client/spawn.h"
#include "front/terminal/say.h"

static int agent_run(const struct cmd_line *line)
{
	struct err e;

	(void)line;
	proxy_ask();
	proxy_unused_say();
	/* It only returns on failure, whatever the compiler thinks. */
	if (spawn_foreground(&e) == 0)
		return EXIT_OK;
	return say_err(&e);
}

const struct cmd cmd_agent = {
    .name = "agent",
    .synopsis = "",
    .purpose = "run the broker in the foreground",
    .details = "Logs to standard error.  mairu starts the broker by itself "
	       "when it needs one;\n"
	       "use this to watch it, or from a service manager.",
    .example = "MAIRU_AGENT_LOG=debug mairu agent",
    .run = agent_run,
};
