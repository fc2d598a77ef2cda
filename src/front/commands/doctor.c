/* mairu doctor: what is wrong, and the command that fixes it. */

#include <unistd.h>

#include "base/core/buf.h"
#include "front/cli/cmd.h"
#include "front/doctor/doctor.h"
#include "front/terminal/say.h"
#include "front/terminal/screen.h"

enum {
	OPT_JSON,
	OPT_OFFLINE,
	REPORT_MAX = 1024 * 1024,
};

static int doctor_run(const struct cmd_line *line)
{
	static struct doctor d; /* large, and zero */
	struct screen screen;
	struct buf b = BUF_INIT(REPORT_MAX);
	int status;

	screen_look(&screen, STDOUT_FILENO);
	d.offline = line->option[OPT_OFFLINE] != NULL;
	doctor_look(&d);
	doctor_check(&d);
	if (line->option[OPT_JSON] != NULL)
		doctor_json(&d, &b);
	else
		findings_text(&d.f, &screen, &b);
	status = say_data(&b);
	if (status == EXIT_OK && d.f.problems > 0)
		status = EXIT_FAILED;
	buf_release(&b);
	doctor_release(&d);
	return status;
}

const struct cmd cmd_doctor = {
    .name = "doctor",
    .synopsis = "",
    .purpose = "find out what is wrong, and how to fix it",
    .details =
	"Checks everything that can keep a role from working in this shell "
	"and\n"
	"directory: the programs, the hook, files, servers, the project, what\n"
	"each AWS SDK would use here, Terraform files, the network, the "
	"clock.\n"
	"Changes nothing, and asks servers only whether they respond and what\n"
	"they are.  The broker does the asking, and is started if need be.\n"
	"Exits 1 if there is a problem; warnings alone don't count.",
    .example = "mairu doctor",
    .options = {[OPT_JSON] = {"json", 0, NULL, "print JSON"},
	[OPT_OFFLINE] = {"offline", 0, NULL,
	    "contact no server and start no broker"}},
    .run = doctor_run,
};
