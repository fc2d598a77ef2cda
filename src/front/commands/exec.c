/* mairu exec: executes a command with a role. */

#include <stdlib.h>
#include <string.h>

#include "base/sys/plat.h"
#include "front/cli/cmd.h"
#include "front/completion/value.h"
#include "front/role/assume.h"
#include "front/role/exec_program.h"
#include "front/role/lend.h"
#include "front/signin/browser.h"
#include "front/terminal/say.h"

enum {
	OPT_SERVER,
	OPT_MODE,
	OPT_REGION,
	OPT_TIMEOUT,
	OPT_NO_CACHE,
	OPT_NO_LOGIN,
	OPT_GRANT,
	OPT_CONFIRM,
	OPT_SHOW_AUTO,
	OPT_NO_PREFLIGHT,
	OPT_NO_REFRESH,
	OPT_ALLOW_SHADOW,
	OPT_ASSUME,
};

static int exec_run(const struct cmd_line *line)
{
	static struct lend l; /* large, and zero */
	const char *const *option = line->option, *const *args = line->args + 1;
	char *path;
	struct err e;
	int r;

	(void)plat_undumpable();
	/* `exec -- auto -- CMD` */
	if (strcmp(args[0], "--") == 0 && args[1] != NULL)
		args++;
	if (exec_program_find(args[0], &path, &e) < 0)
		return exec_program_say(&e);
	l.path = path;
	l.role = line->args[0];
	l.server = option[OPT_SERVER];
	l.mode = option[OPT_MODE];
	l.region = option[OPT_REGION];
	l.timeout = option[OPT_TIMEOUT];
	l.grant = option[OPT_GRANT];
	l.confirm = option[OPT_CONFIRM];
	l.line = line;
	l.assume = OPT_ASSUME;
	l.show_auto = option[OPT_SHOW_AUTO] != NULL;
	l.unchecked = option[OPT_NO_PREFLIGHT] != NULL;
	l.allow_shadow = option[OPT_ALLOW_SHADOW] != NULL;
	l.obtain.fresh = option[OPT_NO_CACHE] != NULL;
	l.obtain.lazy = option[OPT_NO_REFRESH] != NULL;
	l.obtain.may_log_in =
	    option[OPT_NO_LOGIN] == NULL && browser_has_person();
	r = lend_role(&l, &e);
	if (r == 0)
		lend_environment(&l);
	lend_release(&l);
	if (r < 0)
		r = say_err(&e);
	else if (exec_program(path, args, &e) < 0)
		r = exec_program_say(&e);
	free(path);
	return r;
}

const struct cmd cmd_exec = {
    .name = "exec",
    .synopsis = "(ROLE or auto) [--] COMMAND...",
    .purpose = "run a command with a role",
    .details =
	"`auto` is the role of the trusted config here.  ROLE is looked up at\n"
	"--server, else MAIRU_SERVER, else the only server configured.\n"
	"Everything after COMMAND is passed to it.  COMMAND replaces mairu, "
	"so\n"
	"its exit status is what you get.  126: cannot execute; 127: not "
	"found.",
    .example = "mairu exec auto aws s3 ls",
    .min_args = 2,
    .max_args = SIZE_MAX,
    .own_args = 2,
    .options = {[OPT_SERVER] = {"server", 0, "SERVER",
		    "id or URL of the server that has ROLE"},
	[OPT_MODE] = {"mode", 'm', "MODE", "ecs or static (default ecs)"},
	[OPT_REGION] = {"region", 0, "REGION",
	    "set AWS_REGION for the command"},
	[OPT_TIMEOUT] = {"timeout", 0, "SECONDS",
	    "seconds to wait for credentials (default 60)"},
	[OPT_NO_CACHE] = {"no-cache", 0, NULL,
	    "ask the server again, even if credentials are cached"},
	[OPT_NO_LOGIN] = {"no-login", 0, NULL, "fail if a login is needed"},
	[OPT_GRANT] = {"oauth-grant-type", 0, "TYPE",
	    "for a login: code or device_code"},
	[OPT_CONFIRM] = {"confirm-trust", 0, "DIGEST",
	    "trust a config with this digest"},
	[OPT_SHOW_AUTO] = {"show-auto", 0, NULL,
	    "print which role auto stands for"},
	[OPT_NO_PREFLIGHT] = {"no-preflight-check", 0, NULL,
	    "ecs: start without waiting for credentials"},
	[OPT_NO_REFRESH] = {"no-auto-refresh", 0, NULL,
	    "don't renew credentials ahead of time"},
	[OPT_ALLOW_SHADOW] = {"allow-shadow", 0, NULL,
	    "run even if [default] takes precedence"},
	ASSUME_OPTIONS(OPT_ASSUME)},
    .arg_values = {&value_role_or_auto, &value_program},
    .option_values = {[OPT_SERVER] = &value_server,
	[OPT_MODE] = &value_mode,
	[OPT_GRANT] = &value_grant_type},
    .repeats = ASSUME_REPEATS(OPT_ASSUME),
    .run = exec_run,
};
