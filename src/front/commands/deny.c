/* mairu deny: records that a config is unwanted, and revokes its grants. */

#include <stdio.h>
#include <string.h>

#include "base/config/project.h"
#include "base/config/trust.h"
#include "base/core/buf.h"
#include "base/core/text.h"
#include "base/sys/path.h"
#include "front/cli/cmd.h"
#include "front/client/client.h"
#include "front/completion/value.h"
#include "front/terminal/say.h"

/* A broker checks trust at each use; telling it makes the grants go
 * immediately.  No broker, no grants. */
static int revoke(const char *path, struct err *e)
{
	return client_tell(
	    &(struct message){.type = WIRE_REVOKE, .config = path}, e);
}

/* With a path that works from any directory. */
static void say_denied(const char *path)
{
	char dir[PATH_MAX];
	struct buf b = BUF_INIT(8192);

	(void)snprintf(dir, sizeof(dir), "%s", path);
	*strrchr(dir, '/') = '\0';
	path_text(&b, path);
	buf_adds(&b, " is denied. To undo that, run: mairu allow ");
	path_text_word(&b, dir[0] == '\0' ? "/" : dir);
	say("%s", buf_str(&b));
	buf_release(&b);
}

static int deny(struct project *p, struct err *e)
{
	struct err ignored;
	int r;

	(void)!project_parse(p, &ignored);
	r = trust_record(p, 0, e);
	if (r < 0) {
		say("the denial was not recorded: what was allowed stays "
		    "allowed, and shells keep its role");
		return r;
	}
	say_denied(p->path);
	r = revoke(p->path, e);
	if (r < 0)
		say("the denial was recorded and holds from now on, but the "
		    "broker could not be told");
	return r;
}

static int deny_run(const struct cmd_line *line)
{
	struct project p;
	struct err e;
	int r;

	project_init(&p);
	r = line->n_args > 0 ? project_find_at(&p, line->args[0], &e)
			     : project_find(&p, &e);
	/* Unreadable or invalid files can still be denied. */
	if (r < 0 && p.path[0] != '\0')
		r = 0;
	if (r == 0)
		r = deny(&p, &e);
	project_release(&p);
	return r < 0 ? say_err(&e) : EXIT_OK;
}

const struct cmd cmd_deny = {
    .name = "deny",
    .synopsis = "[PATH]",
    .purpose = "refuse the nearest " PROJECT_NAME ", whatever it says later",
    .details = "Takes its role away at once, from all shells and programs.  "
	       "PATH is a\n"
	       "directory or the file itself.",
    .example = "mairu deny",
    .max_args = 1,
    .arg_values = {&value_path},
    .run = deny_run,
};
