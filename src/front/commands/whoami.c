/* mairu whoami: whose credentials a role's are, according to AWS. */

#include <string.h>

#include "base/config/region.h"
#include "front/cli/cmd.h"
#include "front/completion/value.h"
#include "front/role/assume.h"
#include "front/role/obtain.h"
#include "front/role/whoami.h"
#include "front/signin/browser.h"
#include "front/signin/signin.h"
#include "front/terminal/say.h"

enum {
	OPT_SERVER,
	OPT_REGION,
	OPT_TIMEOUT,
	OPT_NO_CACHE,
	OPT_NO_LOGIN,
	OPT_GRANT,
	OPT_CONFIRM,
	OPT_ASSUME,
	OPT_JSON = OPT_ASSUME + ASSUME_COUNT,

	DEFAULT_TIMEOUT = 60, /* seconds */
	OUTPUT_MAX = 64 * 1024
};

static int choose(const struct cmd_line *line, struct target *t,
    struct obtain *o, struct err *e)
{
	const char *region = line->option[OPT_REGION];
	int r = signin_grant(line->option[OPT_GRANT], &o->grant, e);

	if (r == 0)
		r = obtain_timeout(
		    line->option[OPT_TIMEOUT], DEFAULT_TIMEOUT, &o->wait_ms, e);
	if (r == 0 && region != NULL && !region_is(region, strlen(region)))
		r = err_set(e, ERR_USAGE, "--region must be " REGION_WANTED);
	if (r == 0)
		r = target_chosen(t, line->option[OPT_SERVER],
		    line->n_args > 0 ? line->args[0] : "auto",
		    line->option[OPT_CONFIRM], e);
	if (r == 0)
		r = assume_apply(t, line, OPT_ASSUME, region, e);
	o->region = region != NULL ? region : t->region;
	return r;
}

static int whoami_run(const struct cmd_line *line)
{
	static struct target t; /* large */
	struct message w;
	struct obtain o = {.target = &t,
	    .fresh = line->option[OPT_NO_CACHE] != NULL,
	    .may_log_in =
		line->option[OPT_NO_LOGIN] == NULL && browser_has_person()};
	struct buf b = BUF_INIT(OUTPUT_MAX);
	struct err e;
	int r = choose(line, &t, &o, &e);

	if (r == 0)
		r = obtain_whoami(&o, &w, &e);
	if (r < 0) {
		r = say_err(&e);
	} else {
		if (line->option[OPT_JSON] != NULL)
			whoami_json(&b, &w, t.config);
		else
			whoami_text(&b, &w);
		r = say_data(&b);
		whoami_say_other(&t);
	}
	obtain_close(&o);
	buf_release(&b);
	target_release(&t);
	return r;
}

const struct cmd cmd_whoami = {
    .name = "whoami",
    .synopsis = "[ROLE or auto]",
    .purpose = "show whom AWS takes the role's credentials for",
    .details = "The account and ARN are what AWS itself reports; the account's "
	       "alias is\n"
	       "shown if the role may read it.  ROLE defaults to that of the "
	       "trusted config\n"
	       "here, as with `mairu exec auto`.  With role chaining, ROLE is "
	       "where the chain\n"
	       "begins.",
    .example = "mairu whoami",
    .max_args = 1,
    .options = {[OPT_SERVER] = {"server", 0, "SERVER",
		    "id or URL of the server that has ROLE"},
	[OPT_REGION] = {"region", 0, "REGION", "region of AWS STS to ask"},
	[OPT_TIMEOUT] = {"timeout", 0, "SECONDS",
	    "seconds to wait (default 60)"},
	[OPT_NO_CACHE] = {"no-cache", 0, NULL,
	    "ask the server again, even if credentials are cached"},
	[OPT_NO_LOGIN] = {"no-login", 0, NULL, "fail if a login is needed"},
	[OPT_GRANT] = {"oauth-grant-type", 0, "TYPE",
	    "for a login: code or device_code"},
	[OPT_CONFIRM] = {"confirm-trust", 0, "DIGEST",
	    "trust a config with this digest"},
	ASSUME_OPTIONS(OPT_ASSUME),
	[OPT_JSON] = {"json", 0, NULL, "print JSON, with times in UTC"}},
    .arg_values = {&value_role_or_auto},
    .option_values =
	{[OPT_SERVER] = &value_server, [OPT_GRANT] = &value_grant_type},
    .repeats = ASSUME_REPEATS(OPT_ASSUME),
    .run = whoami_run,
};
