/* mairu exec: becomes a command that acts in a role. */

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/config/region.h"
#include "base/core/bytes.h"
#include "base/core/text.h"
#include "base/sys/path.h"
#include "base/sys/plat.h"
#include "front/cli/cmd.h"
#include "front/completion/value.h"
#include "front/environment/default_profile.h"
#include "front/environment/lent.h"
#include "front/environment/vars.h"
#include "front/role/assume.h"
#include "front/role/exec_program.h"
#include "front/role/obtain.h"
#include "front/signin/signin.h"
#include "front/terminal/consent.h"
#include "front/terminal/say.h"
#include "front/trust/ask.h"

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

	DEFAULT_TIMEOUT = 60, /* seconds */
	MAX_LEVEL = 16,	      /* of one in another */
	EXIT_CANNOT_RUN = 126,
	EXIT_NO_COMMAND = 127
};

struct job {
	const struct cmd_line *line;
	const char *const *args; /* the command and what follows it */
	char *path;		 /* of the command */
	struct target target;
	enum project_mode mode;
	const char *region;
	enum login_grant_type grant; /* of a login */
	struct default_profile shadow;
	struct credentials keys; /* in static mode */
	struct obtain_lent lent; /* in ecs mode */
};

/* A script that stands for a command and runs it with `mairu exec` by the
 * script's own name would go on without end. */
static int check_level(const struct job *j, struct err *e)
{
	struct buf b = BUF_INIT(1024);
	int r;

	if (lent_level() < MAX_LEVEL)
		return 0;
	text_safe(&b, j->path, strlen(j->path), 200);
	r = err_set(e, ERR_LIMIT,
	    "exec: %d of them run in one another. If %s itself runs `mairu "
	    "exec`, name there by its path what is meant",
	    MAX_LEVEL, buf_str(&b));
	buf_release(&b);
	return r;
}

/* The role; a person is asked whether a config is to be trusted.  What is
 * trusted then are the bytes that were shown. */
static int choose_target(struct job *j, struct err *e)
{
	const char *server = j->line->option[OPT_SERVER],
		   *role = j->line->args[0],
		   *confirm = j->line->option[OPT_CONFIRM];
	struct target *t = &j->target;
	int r = target_chosen(t, server, role, confirm, e);

	if (r != ERR_UNTRUSTED || confirm != NULL ||
	    t->verdict.kind != VERDICT_ASK || !consent_possible())
		return r;
	r = trust_ask(&t->verdict, e);
	if (r < 0)
		return r;
	target_release(t);
	return target_chosen(t, server, role, NULL, e);
}

/* What the options say over what the config does. */
static int choose(struct job *j, struct err *e)
{
	const char *mode = j->line->option[OPT_MODE];
	const char *region = j->line->option[OPT_REGION];
	int r = signin_grant(j->line->option[OPT_GRANT], &j->grant, e);

	if (r == 0 && mode != NULL && strcmp(mode, "ecs") != 0 &&
	    strcmp(mode, "static") != 0)
		r = err_set(e, ERR_USAGE, "--mode is ecs or static");
	if (r == 0 && region != NULL && !region_is(region, strlen(region)))
		r = err_set(e, ERR_USAGE, "--region wants " REGION_WANTED);
	if (r == 0)
		r = choose_target(j, e);
	if (r == 0)
		r = assume_apply(&j->target, j->line, OPT_ASSUME, region, e);
	if (r < 0)
		return r;
	assume_say_hour_given(j->line, OPT_ASSUME);
	j->mode = mode == NULL		     ? j->target.mode
		  : strcmp(mode, "ecs") == 0 ? PROJECT_ECS
					     : PROJECT_STATIC;
	j->region = region != NULL ? region : j->target.region;
	return 0;
}

/* Whether something on this machine wins over the endpoint is asked before
 * anything is waited for.  Variables do not count: they are unset below. */
static int check_shadow(struct job *j, struct err *e)
{
	struct default_profile *s = &j->shadow;
	struct buf b = BUF_INIT(DEFAULT_PROFILE_LINE_MAX);
	int r;

	default_profile_look(s, j->mode);
	if (!default_profile_is_there(s) ||
	    default_profile_profile(s) != NULL ||
	    j->line->option[OPT_ALLOW_SHADOW] != NULL)
		return 0;
	default_profile_refusal(s, &b);
	r = err_set(e, ERR_REFUSED, "exec: %s", buf_str(&b));
	buf_release(&b);
	return r;
}

/* As Mairu 0.12 reads a switch from the environment. */
static int is_on(const char *value)
{
	static const char *const off[] = {
	    "", "0", "f", "false", "n", "no", "off", NULL};

	for (size_t i = 0; value != NULL && off[i] != NULL; i++)
		if (strcasecmp(value, off[i]) == 0)
			return 0;
	return value != NULL;
}

static void show_auto(const struct job *j)
{
	const struct target *t = &j->target;
	struct buf b = BUF_INIT(8192);

	if (t->config == NULL || (j->line->option[OPT_SHOW_AUTO] == NULL &&
				     !is_on(getenv("MAIRU_SHOW_AUTO_ROLE"))))
		return;
	text_safe(&b, t->server, strlen(t->server), 256);
	buf_addc(&b, ' ');
	text_safe(&b, t->acts, strlen(t->acts), 512);
	buf_adds(&b, ", from ");
	path_text(&b, t->config);
	say("%s", buf_str(&b));
	buf_release(&b);
}

static int get_credentials(struct job *j, struct err *e)
{
	const struct cmd_line *line = j->line;
	struct obtain o = {.target = &j->target,
	    .fresh = line->option[OPT_NO_CACHE] != NULL,
	    .lazy = line->option[OPT_NO_REFRESH] != NULL,
	    .grant = j->grant,
	    .may_log_in = line->option[OPT_NO_LOGIN] == NULL &&
			  isatty(STDIN_FILENO) && isatty(STDERR_FILENO)};
	int r = obtain_timeout(
	    line->option[OPT_TIMEOUT], DEFAULT_TIMEOUT, &o.wait_ms, e);

	/* In ecs mode too: the command is to begin with its role. */
	if (r == 0 && j->mode == PROJECT_STATIC)
		r = obtain_keys(&o, &j->keys, e);
	else if (r == 0 && line->option[OPT_NO_PREFLIGHT] == NULL)
		r = obtain_lent_checked(&o, &j->lent, e);
	else if (r == 0)
		r = obtain_lent(&o, &j->lent, e);
	obtain_close(&o);
	return r;
}

/* Everything of the list goes but what is set here, so that nothing else that
 * this shell had takes part. */
static void choose_variables(const struct job *j, const char *value[VAR_COUNT])
{
	value[VAR_ACTIVE_SERVER] = j->target.server;
	value[VAR_ACTIVE_ROLE] = j->target.acts;
	/* More than the config says must not be taken for what it says. */
	if (!assume_given(j->line, OPT_ASSUME))
		value[VAR_ACTIVE_CONFIG] = j->target.config;
	value[VAR_REGION] = value[VAR_DEFAULT_REGION] = j->region;
	if (j->mode == PROJECT_STATIC) {
		value[VAR_ACCESS_KEY_ID] = j->keys.id;
		value[VAR_SECRET_ACCESS_KEY] = j->keys.secret;
		value[VAR_SESSION_TOKEN] = j->keys.token;
		value[VAR_CREDENTIAL_EXPIRATION] = j->keys.expiration;
	} else {
		value[VAR_FULL_URI] = j->lent.url;
		value[VAR_AUTH_TOKEN] = j->lent.token;
		value[VAR_PROFILE] = default_profile_profile(&j->shadow);
	}
}

static void set_environment(const struct job *j)
{
	const char *value[VAR_COUNT] = {0};

	choose_variables(j, value);
	for (unsigned i = 0; i < VAR_COUNT; i++) {
		const char *name = var_name((enum var_id)i);
		unsigned traits = var_traits((enum var_id)i);

		/* A second one of that name would be a shell's first. */
		if (value[i] != NULL ||
		    (traits & (VAR_WINS | VAR_OURS | VAR_BUNDLES)) != 0)
			(void)unsetenv(name);
		if (value[i] != NULL && setenv(name, value[i], 1) < 0)
			say_oom();
	}
}

/* For a hook in what it runs.  What one did in this shell is not to be undone
 * there. */
static void leave_mark(struct job *j)
{
	const char *value[VAR_COUNT] = {0};
	static struct verdict here; /* large */
	struct err e;

	choose_variables(j, value);
	if (j->target.config != NULL) {
		lent_set(value, j->target.config);
	} else {
		(void)verdict_find(&here, &e);
		lent_set(value, here.project.path);
		verdict_release(&here);
	}
	(void)unsetenv(VAR_STATE);
}

/* Before anything is waited for. */
static int find_command(struct job *j, struct err *e)
{
	j->args = j->line->args + 1;
	/* `exec -- auto -- CMD` */
	if (strcmp(j->args[0], "--") == 0 && j->args[1] != NULL)
		j->args++;
	return exec_program_find(j->args[0], &j->path, e);
}

static int say_cannot_run(const struct err *e)
{
	say_failure("exec: %s", e->msg);
	return e->code == ERR_NOT_FOUND ? EXIT_NO_COMMAND : EXIT_CANNOT_RUN;
}

static int get_role(struct job *j, struct err *e)
{
	int r = check_level(j, e);

	if (r < 0)
		return r;
	lent_leave_regions();
	r = choose(j, e);
	if (r == 0)
		r = check_shadow(j, e);
	if (r < 0)
		return r;
	show_auto(j);
	return get_credentials(j, e);
}

static int exec_run(const struct cmd_line *line)
{
	static struct job j; /* large, and zero */
	struct err e;
	int r;

	(void)plat_undumpable();
	j.line = line;
	if (find_command(&j, &e) < 0)
		return say_cannot_run(&e);
	r = get_role(&j, &e);
	if (r == 0) {
		leave_mark(&j);
		set_environment(&j);
	}
	/* Pages that nothing was written to stay untouched. */
	if (j.mode == PROJECT_STATIC)
		credentials_wipe(&j.keys);
	bytes_wipe(&j.lent, sizeof(j.lent));
	if (r < 0)
		r = say_err(&e);
	else if (exec_program(j.path, j.args, &e) < 0)
		r = say_cannot_run(&e);
	free(j.path);
	target_release(&j.target);
	return r;
}

const struct cmd cmd_exec = {
    .name = "exec",
    .synopsis = "(ROLE or auto) [--] COMMAND...",
    .purpose = "runs a command with a role",
    .details =
	"`auto` is the role of the trusted config here.  The server of a ROLE\n"
	"is --server, else MAIRU_SERVER, else the only one configured.  What\n"
	"follows COMMAND is its own.  It takes the place of mairu, and so does "
	"its\n"
	"exit status; 126 and 127: it cannot be run, it is not there.",
    .example = "mairu exec auto aws s3 ls",
    .min_args = 2,
    .max_args = SIZE_MAX,
    .own_args = 2,
    .options = {[OPT_SERVER] = {"server", 0, "SERVER",
		    "id or URL of the server of ROLE"},
	[OPT_MODE] = {"mode", 'm', "MODE", "ecs (default) or static"},
	[OPT_REGION] = {"region", 0, "REGION", "AWS_REGION of the command"},
	[OPT_TIMEOUT] = {"timeout", 0, "SECONDS",
	    "waits so long for credentials (60)"},
	[OPT_NO_CACHE] = {"no-cache", 0, NULL, "asks the server anew"},
	[OPT_NO_LOGIN] = {"no-login", 0, NULL, "fails where a login is needed"},
	[OPT_GRANT] = {"oauth-grant-type", 0, "TYPE",
	    "of a login: code, device_code"},
	[OPT_CONFIRM] = {"confirm-trust", 0, "DIGEST",
	    "trusts a config of this digest"},
	[OPT_SHOW_AUTO] = {"show-auto", 0, NULL, "says which role auto is"},
	[OPT_NO_PREFLIGHT] = {"no-preflight-check", 0, NULL,
	    "ecs: starts without waiting"},
	[OPT_NO_REFRESH] = {"no-auto-refresh", 0, NULL,
	    "credentials are not renewed ahead"},
	[OPT_ALLOW_SHADOW] = {"allow-shadow", 0, NULL,
	    "runs though [default] wins"},
	ASSUME_OPTIONS(OPT_ASSUME)},
    .arg_values = {&value_role_or_auto, &value_program},
    .option_values = {[OPT_SERVER] = &value_server,
	[OPT_MODE] = &value_mode,
	[OPT_GRANT] = &value_grant_type},
    .repeats = ASSUME_REPEATS(OPT_ASSUME),
    .run = exec_run,
};
