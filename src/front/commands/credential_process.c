/* mairu credential-process: credentials in the form that AWS config files ask
 * for. */

#include <string.h>

#include "base/sys/plat.h"
#include "front/cli/cmd.h"
#include "front/completion/value.h"
#include "front/role/assume.h"
#include "front/role/obtain.h"
#include "front/terminal/say.h"

enum {
	OPT_NO_CACHE,
	OPT_TIMEOUT,
	OPT_CONFIRM,
	OPT_ASSUME,

	/* Go's SDK gives up after a minute. */
	DEFAULT_TIMEOUT = 50,
	/* Its limit for the output. */
	OUTPUT_MAX = 8 * 1024
};

static int choose_target(
    const struct cmd_line *line, struct target *t, struct err *e)
{
	if (line->n_args == 2)
		return target_role(t, line->args[0], line->args[1], e);
	if (strcmp(line->args[0], "auto") != 0)
		return err_set(e, ERR_USAGE,
		    "credential-process: expected SERVER and ROLE, or auto. "
		    "Run: mairu credential-process --help");
	return target_active(t, line->option[OPT_CONFIRM], e);
}

static int get(const struct cmd_line *line, struct obtain *o, struct target *t,
    struct credentials *k, struct err *e)
{
	int r = ERR_NOT_FOUND;

	/* A role in force can't be extended; hops are added to a config's. */
	if (line->n_args == 1 && strcmp(line->args[0], "auto") == 0 &&
	    !assume_given(line, OPT_ASSUME))
		o->token = target_token(t);
	if (o->token != NULL)
		r = obtain_in_force(o, k, e);
	if (r != ERR_NOT_FOUND)
		return r;
	r = choose_target(line, t, e);
	if (r == 0)
		r = assume_apply(t, line, OPT_ASSUME, NULL, e);
	return r < 0 ? r : obtain_keys(o, k, e);
}

static int print(const struct credentials *k)
{
	struct buf b = BUF_INIT(OUTPUT_MAX);
	int r = EXIT_FAILED;

	credentials_json(k, &b);
	if (b.failed)
		say_failure("credential-process: these credentials are longer "
			    "than SDKs accept");
	else
		r = say_data(&b);
	buf_release(&b);
	return r;
}

static int credential_process_run(const struct cmd_line *line)
{
	static struct target t; /* large */
	static struct credentials k;
	/* Never starts a login: nobody sees who asks. */
	struct obtain o = {
	    .target = &t, .fresh = line->option[OPT_NO_CACHE] != NULL};
	struct err e;
	int r;

	(void)plat_undumpable();
	r = obtain_timeout(
	    line->option[OPT_TIMEOUT], DEFAULT_TIMEOUT, &o.wait_ms, &e);
	if (r == 0)
		r = get(line, &o, &t, &k, &e);
	obtain_close(&o);
	r = r < 0 ? say_err(&e) : print(&k);
	credentials_wipe(&k);
	target_release(&t);
	return r;
}

const struct cmd cmd_credential_process = {
    .name = "credential-process",
    .synopsis = "(SERVER ROLE or auto)",
    .purpose = "print credentials for `credential_process` in AWS configs",
    .details = "`auto` is the role that the hook or `mairu exec` put into "
	       "effect, else the\n"
	       "role of the working directory.  Never starts a login: if one "
	       "is needed,\n"
	       "prints the command for it on standard error and exits 4.",
    .example = "mairu credential-process contoso 123456789012/Dev",
    .min_args = 1,
    .max_args = 2,
    .options = {[OPT_NO_CACHE] = {"no-cache", 0, NULL,
		    "ask the server again, even if credentials are cached"},
	[OPT_TIMEOUT] = {"timeout", 0, "SECONDS",
	    "seconds to wait for credentials (default 50)"},
	[OPT_CONFIRM] = {"confirm-trust", 0, "DIGEST",
	    "trust a config with this digest"},
	ASSUME_OPTIONS(OPT_ASSUME)},
    .arg_values = {&value_server_or_auto, &value_role},
    .repeats = ASSUME_REPEATS(OPT_ASSUME),
    .run = credential_process_run,
};
