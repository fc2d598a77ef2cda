/* The `mairu` program: finds the command and runs it. */

#include <string.h>

#include "base/core/buf.h"
#include "base/core/version.h"
#include "front/cli/help.h"
#include "front/cli/misuse.h"
#include "front/cli/run.h"
#include "front/role/exec_program.h"
#include "front/terminal/say.h"

static int version(void)
{
	struct buf b = BUF_INIT(128);
	int r;

	buf_adds(&b, "mairu " MAIRU_VERSION "\n"
		     "compatible with Mairu " MAIRU_COMPATIBLE
		     ", the Rust program: its files and commands\n");
	r = say_data(&b);
	buf_release(&b);
	return r;
}

int main(int argc, char **argv)
{
	const struct cmd *c;

	exec_program_begin();
	if (argc < 2) {
		(void)help_all();
		return EXIT_USAGE;
	}
	if (strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "--help") == 0)
		return help_all();
	if (strcmp(argv[1], "-V") == 0 || strcmp(argv[1], "--version") == 0)
		return argc > 2 ? misuse_needless(argv[2]) : version();
	c = cmd_find(argv[1]);
	if (c == NULL)
		return misuse_unknown(argv[1]);
	return run_command(c, argc - 2, argv + 2);
}
