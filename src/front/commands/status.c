/* mairu status: what applies in this directory and this shell, and why. */

#include <unistd.h>

#include "base/core/buf.h"
#include "front/cli/cmd.h"
#include "front/status/report.h"
#include "front/terminal/say.h"

enum {
	OPT_JSON,
	REPORT_MAX = 256 * 1024
};

static int status_run(const struct cmd_line *line)
{
	static struct status_report r; /* large */
	struct buf b = BUF_INIT(REPORT_MAX);
	struct screen screen;
	int status;

	screen_look(&screen, STDOUT_FILENO);
	status_gather(&r);
	if (line->option[OPT_JSON] != NULL)
		status_json(&r, &b);
	else
		status_text(&r, &screen, &b);
	status = say_data(&b);
	buf_release(&b);
	status_release(&r);
	return status;
}

const struct cmd cmd_status = {
    .name = "status",
    .synopsis = "",
    .purpose = "show what is in effect in this directory, and why",
    .example = "mairu status",
    .options = {[OPT_JSON] = {"json", 0, NULL, "print JSON"}},
    .run = status_run,
};
