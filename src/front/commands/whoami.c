/* mairu whoami: whom AWS takes a role's credentials for. */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/config/region.h"
#include "base/core/buf.h"
#include "base/core/jsonout.h"
#include "base/core/text.h"
#include "front/cli/cmd.h"
#include "front/completion/value.h"
#include "front/environment/vars.h"
#include "front/role/assume.h"
#include "front/role/obtain.h"
#include "front/role/whoami.h"
#include "front/signin/signin.h"
#include "front/terminal/say.h"
#include "front/terminal/when.h"

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
		r = err_set(e, ERR_USAGE, "--region wants " REGION_WANTED);
	if (r == 0)
		r = target_chosen(t, line->option[OPT_SERVER],
		    line->n_args > 0 ? line->args[0] : "auto",
		    line->option[OPT_CONFIRM], e);
	if (r == 0)
		r = assume_apply(t, line, OPT_ASSUME, region, e);
	o->region = region != NULL ? region : t->region;
	return r;
}

/* --- what it prints */

static void put_line(struct buf *b, const char *name, const char *value)
{
	buf_addf(b, "%-8s ", name);
	text_safe(b, value, strlen(value), SIZE_MAX);
}

static void print_text(struct buf *b, const struct whoami *w)
{
	int64_t now = (int64_t)time(NULL);

	put_line(b, "account", w->account);
	if (w->alias[0] != '\0') {
		buf_adds(b, " (");
		text_safe(b, w->alias, strlen(w->alias), SIZE_MAX);
		buf_addc(b, ')');
	}
	buf_addc(b, '\n');
	put_line(b, "arn", w->arn);
	buf_addc(b, '\n');
	put_line(b, "role", w->server);
	buf_addc(b, ' ');
	text_safe(b, w->role, strlen(w->role), SIZE_MAX);
	buf_addc(b, '\n');
	put_line(b, "expires", "");
	when_clock(b, w->expires, now);
	buf_adds(b, " (in ");
	when_span(b, w->expires > now ? w->expires - now : 0);
	buf_adds(b, ")\n");
}

static void member(struct jsonout *o, const char *key, const char *value)
{
	jsonout_key(o, key);
	jsonout_str(o, value != NULL && value[0] != '\0' ? value : NULL);
}

static void print_json(
    struct buf *b, const struct whoami *w, const struct target *t)
{
	char at[WHEN_UTC];
	struct jsonout o;

	when_utc(w->expires, at);
	jsonout_init(&o, b, 1);
	jsonout_begin(&o, '{');
	member(&o, "account", w->account);
	member(&o, "account_alias", w->alias);
	member(&o, "arn", w->arn);
	member(&o, "server", w->server);
	member(&o, "role", w->role);
	member(&o, "config", t->config);
	member(&o, "expires_at", at);
	jsonout_end(&o, '}');
	buf_addc(b, '\n');
}

/* The config here does not say what programs of this shell get. */
static void say_other(const struct target *t)
{
	const char *server = getenv(var_name(VAR_ACTIVE_SERVER));
	const char *role = getenv(var_name(VAR_ACTIVE_ROLE));
	struct buf b = BUF_INIT(4096);

	if (t->config == NULL || server == NULL || role == NULL ||
	    (strcmp(server, t->server) == 0 && strcmp(role, t->acts) == 0))
		return;
	text_safe(&b, server, strlen(server), 256);
	buf_addc(&b, ' ');
	text_safe(&b, role, strlen(role), 512);
	say("but this shell has another role: %s", buf_str(&b));
	buf_release(&b);
}

static int whoami_run(const struct cmd_line *line)
{
	static struct target t; /* these two are large */
	static struct whoami w;
	struct obtain o = {.target = &t,
	    .fresh = line->option[OPT_NO_CACHE] != NULL,
	    .may_log_in = line->option[OPT_NO_LOGIN] == NULL &&
			  isatty(STDIN_FILENO) && isatty(STDERR_FILENO)};
	struct buf b = BUF_INIT(OUTPUT_MAX);
	struct err e;
	int r = choose(line, &t, &o, &e);

	if (r == 0)
		r = obtain_whoami(&o, &w, &e);
	obtain_close(&o);
	if (r < 0) {
		r = say_err(&e);
	} else {
		if (line->option[OPT_JSON] != NULL)
			print_json(&b, &w, &t);
		else
			print_text(&b, &w);
		r = say_data(&b);
		say_other(&t);
	}
	buf_release(&b);
	target_release(&t);
	return r;
}

const struct cmd cmd_whoami = {
    .name = "whoami",
    .synopsis = "[ROLE or auto]",
    .purpose = "prints whom AWS takes the role's credentials for",
    .details =
	"The account and ARN are what AWS itself says; the account's alias is "
	"there\n"
	"where the role may read it.  Without a ROLE it is that of the trusted "
	"config\n"
	"here, as with `mairu exec auto`.  With hops, the role is where they "
	"begin.",
    .example = "mairu whoami",
    .max_args = 1,
    .options = {[OPT_SERVER] = {"server", 0, "SERVER",
		    "id or URL of the server of ROLE"},
	[OPT_REGION] = {"region", 0, "REGION", "asks AWS STS there"},
	[OPT_TIMEOUT] = {"timeout", 0, "SECONDS", "waits so long (60)"},
	[OPT_NO_CACHE] = {"no-cache", 0, NULL, "gets credentials anew"},
	[OPT_NO_LOGIN] = {"no-login", 0, NULL, "fails where a login is needed"},
	[OPT_GRANT] = {"oauth-grant-type", 0, "TYPE",
	    "of a login: code, device_code"},
	[OPT_CONFIRM] = {"confirm-trust", 0, "DIGEST",
	    "trusts a config of this digest"},
	ASSUME_OPTIONS(OPT_ASSUME),
	[OPT_JSON] = {"json", 0, NULL, "the same for a program, in UTC"}},
    .arg_values = {&value_role_or_auto},
    .option_values =
	{[OPT_SERVER] = &value_server, [OPT_GRANT] = &value_grant_type},
    .repeats = ASSUME_REPEATS(OPT_ASSUME),
    .run = whoami_run,
};
