/* mairu doctor: what is wrong, and the command that mends it. */

#include <unistd.h>

#include "base/core/buf.h"
#include "base/core/jsonout.h"
#include "base/core/version.h"
#include "front/cli/cmd.h"
#include "front/doctor/doctor.h"
#include "front/terminal/say.h"
#include "front/terminal/screen.h"

enum {
	OPT_JSON,
	OPT_OFFLINE,
	REPORT_MAX = 1024 * 1024,
};

static void (*const checks[])(struct doctor *d) = {
    doctor_program,
    doctor_broker,
    doctor_memory,
    doctor_hook,
    doctor_files,
    doctor_servers,
    doctor_mix_up,
    doctor_settings,
    doctor_project,
    doctor_session,
    doctor_shell,
    doctor_sdk,
    doctor_profile,
    doctor_terraform,
    doctor_proxy,
    doctor_network,
    doctor_clock,
};

static const char *source_name(enum sdk_source source)
{
	static const char *const names[] = {
	    [SDK_ENDPOINT] = "endpoint",
	    [SDK_TOKEN_FILE] = "token-file",
	    [SDK_ECS] = "ecs",
	    [SDK_ENV_KEYS] = "keys",
	    [SDK_WEB_IDENTITY] = "web",
	    [SDK_PROFILE] = "profile",
	    [SDK_PROFILE_MAIRU] = "mairu",
	    [SDK_MACHINE] = "machine",
	    [SDK_FAILS] = "fails",
	};

	return names[source];
}

static void sdks_json(const struct doctor *d, struct jsonout *o)
{
	jsonout_key(o, "sdks");
	jsonout_begin(o, '[');
	for (int i = 0; i < SDK_COUNT; i++) {
		const struct sdk_choice *c = &d->sdk[i];

		jsonout_begin(o, '{');
		jsonout_key(o, "sdk");
		jsonout_str(o, sdk_name((enum sdk)i));
		jsonout_key(o, "source");
		jsonout_str(o, source_name(c->source));
		jsonout_key(o, "setting");
		jsonout_str(o,
		    c->source == SDK_PROFILE ? awsconf_key_name(c->key) : NULL);
		jsonout_key(o, "profile");
		jsonout_str(o, c->profile);
		jsonout_key(o, "variable");
		jsonout_str(o, c->by != VAR_COUNT ? var_name(c->by) : NULL);
		jsonout_key(o, "mairu");
		jsonout_bool(o, d->sdk_ours[i]);
		jsonout_end(o, '}');
	}
	jsonout_end(o, ']');
}

static void json(const struct doctor *d, struct buf *b)
{
	struct jsonout o;

	jsonout_init(&o, b, 1);
	jsonout_begin(&o, '{');
	jsonout_key(&o, "version");
	jsonout_str(&o, MAIRU_VERSION);
	findings_json(&d->f, &o);
	sdks_json(d, &o);
	jsonout_end(&o, '}');
	buf_addc(b, '\n');
}

static int doctor_run(const struct cmd_line *line)
{
	static struct doctor d; /* large, and zero */
	struct screen screen;
	struct buf b = BUF_INIT(REPORT_MAX);
	int status;

	screen_look(&screen, STDOUT_FILENO);
	d.offline = line->option[OPT_OFFLINE] != NULL;
	doctor_look(&d);
	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++)
		checks[i](&d);
	if (line->option[OPT_JSON] != NULL)
		json(&d, &b);
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
    .purpose = "tells what is wrong, and the command that mends it",
    .details =
	"Looks at all that can keep a role from working, in this shell and\n"
	"directory: the programs, the hook, files, servers, the project, what\n"
	"each AWS SDK takes here, Terraform files, the network, the clock.\n"
	"Nothing is changed, and nothing is asked of a server but whether it\n"
	"answers and what it is; the broker asks, and is started for that if\n"
	"need be.\n"
	"The status is 1 when there is a problem; warnings alone are none.",
    .example = "mairu doctor",
    .options = {[OPT_JSON] = {"json", 0, NULL, "the same for a program"},
	[OPT_OFFLINE] = {"offline", 0, NULL,
	    "asks no server, and starts no broker"}},
    .run = doctor_run,
};
