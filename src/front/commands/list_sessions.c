/* mairu list-sessions: where the user is logged in, and for how long. */

#include "front/cli/cmd.h"
#include "front/signin/session_list.h"
#include "front/terminal/say.h"

enum {
	OPT_UTC,
	OPT_JSON,
	TEXT_MAX = 16 * 1024 * 1024
};

static int list_sessions_run(const struct cmd_line *line)
{
	static struct logged_in l; /* large */
	struct buf b = BUF_INIT(TEXT_MAX);
	struct err e;
	int r;

	if (logged_in_ask(&l, &e) < 0) {
		logged_in_release(&l);
		return say_err(&e);
	}
	session_list_sort(&l);
	if (line->option[OPT_JSON] != NULL)
		session_list_json(&b, &l);
	else
		session_list_text(&b, &l, line->option[OPT_UTC] != NULL);
	r = say_data(&b);
	if (l.count == 0)
		say("no sessions. Run: mairu login");
	buf_release(&b);
	logged_in_release(&l);
	return r;
}

const struct cmd cmd_list_sessions = {
    .name = "list-sessions",
    .synopsis = "",
    .purpose = "list where you are logged in, and for how long",
    .details =
	"Asks the running broker; starts none.  A session that ended without\n"
	"a logout is listed as expired.  If there are no sessions, nothing is\n"
	"printed but a line on standard error.",
    .example = "mairu list-sessions",
    .options = {[OPT_UTC] = {"utc", 0, NULL, "show times in UTC"},
	[OPT_JSON] = {"json", 0, NULL, "print JSON, with times in UTC"}},
    .run = list_sessions_run,
};
