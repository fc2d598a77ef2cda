/* mairu remove-server: removes a credential server. */

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/config/servers.h"
#include "base/core/buf.h"
#include "base/core/text.h"
#include "base/sys/fault.h"
#include "front/cli/cmd.h"
#include "front/completion/value.h"
#include "front/terminal/say.h"

enum {
	SHOWN_COLUMNS = 60
};

static int remove_one(const struct servers_entry *one)
{
	struct buf id = BUF_INIT(512);
	char shown[FAULT_PATH];
	int r = EXIT_OK;

	(void)fault_path(one->path, shown);
	text_safe(&id, one->id, strlen(one->id), SHOWN_COLUMNS);
	if (unlink(one->path) < 0) {
		say_failure("cannot remove %s: %s", shown, strerror(errno));
		r = EXIT_FAILED;
	} else {
		say("removed %s, the file of the server %s", shown,
		    buf_str(&id));
	}
	buf_release(&id);
	return r;
}

static int remove_server_run(const struct cmd_line *line)
{
	const struct servers_entry *one;
	struct servers s;
	struct err e;
	int r;

	if (servers_load(&s, NULL, &e) < 0)
		return say_err(&e);
	if (servers_find(&s, line->args[0], &one, &e) < 0)
		r = say_err(&e);
	else
		r = remove_one(one);
	servers_release(&s);
	return r;
}

const struct cmd cmd_remove_server = {
    .name = "remove-server",
    .synopsis = "ID",
    .purpose = "remove the file of a credential server",
    .details = "ID may also be the URL of the server.  If several files match, "
	       "none is\n"
	       "removed and they are named.",
    .example = "mairu remove-server contoso",
    .min_args = 1,
    .max_args = 1,
    .arg_values = {&value_server},
    .run = remove_server_run,
};
