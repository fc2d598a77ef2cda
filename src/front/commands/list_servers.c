/* mairu list-servers: the configured credential servers. */

#include "front/cli/cmd.h"
#include "front/servers/server_check.h"
#include "front/servers/server_list.h"
#include "front/terminal/say.h"

enum {
	OPT_JSON,
	/* 256 of an id, a URL and a path, each byte of which may become six. */
	TEXT_MAX = 16 * 1024 * 1024
};

static int list_servers_run(const struct cmd_line *line)
{
	struct buf b = BUF_INIT(TEXT_MAX);
	struct servers s;
	struct err e;
	int r;

	if (servers_load(&s, NULL, &e) < 0)
		return say_err(&e);
	if (line->option[OPT_JSON] != NULL)
		server_list_json(&b, &s);
	else
		server_list_text(&b, &s);
	r = say_data(&b);
	if (s.count == 0) {
		(void)server_none(&e);
		say("%s", e.msg);
	}
	if (server_list_faults(&s) && r == EXIT_OK)
		r = EXIT_FAILED;
	buf_release(&b);
	servers_release(&s);
	return r;
}

const struct cmd cmd_list_servers = {
    .name = "list-servers",
    .synopsis = "",
    .purpose = "list the configured credential servers",
    .details =
	"Prints the id, kind (oauth or aws_sso), URL and file of each.  Files\n"
	"that cannot be used are named on standard error, and the status is\n"
	"then 1.",
    .example = "mairu list-servers",
    .options = {[OPT_JSON] = {"json", 0, NULL, "print JSON"}},
    .run = list_servers_run,
};
