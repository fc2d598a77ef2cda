#include "front/cli/run.h"

#include "front/cli/help.h"
#include "front/cli/misuse.h"
#include "front/cli/parse.h"

int run_command(const struct cmd *c, int argc, char **argv)
{
	struct cmd_parse p;
	enum cmd_parse_end end = cmd_parse(c, argc, argv, &p);

	if (end == CMD_WANTS_HELP)
		return help_command(c);
	if (end != CMD_PARSED || p.line.n_args < c->min_args ||
	    p.line.n_args > c->max_args)
		return misuse_of(c, end, &p);
	return c->run(&p.line);
}
