/* mairu allow: trusts a config as it is now. */

#include <string.h>

#include "base/config/project.h"
#include "base/config/trust.h"
#include "base/sys/fault.h"
#include "front/cli/cmd.h"
#include "front/completion/value.h"
#include "front/role/assume.h"
#include "front/terminal/consent.h"
#include "front/terminal/say.h"
#include "front/trust/ask.h"

enum {
	OPT_DIGEST
};

static int read_project(
    const struct cmd_line *line, struct project *p, struct err *e)
{
	int r = line->n_args > 0 ? project_find_at(p, line->args[0], e)
				 : project_find(p, e);

	return r < 0 ? r : project_parse(p, e);
}

static int check_digest(
    const struct project *p, const char *given, struct err *e)
{
	char digest[PROJECT_DIGEST_TEXT];

	project_digest_text(p->digest, digest);
	if (strcmp(given, digest) == 0)
		return 0;
	return err_set(e, ERR_UNTRUSTED,
	    "the digest of this file is %s, not the one given; it was not "
	    "allowed",
	    digest);
}

static int was_not(const struct project *p, struct err *e)
{
	char shown[FAULT_PATH];

	return err_set(
	    e, ERR_UNTRUSTED, "%s was not allowed", fault_path(p->path, shown));
}

/* If others can write the file, it may have changed since the user saw it: a
 * yes, or a digest, is for exactly these bytes, which were read once and are
 * what is recorded. */
static int confirm(const struct project *p, struct err *e)
{
	char digest[PROJECT_DIGEST_TEXT], word[FAULT_WORD];
	struct buf why = BUF_INIT(8192);
	int others = trust_ask_owner(p, &why), r = 0;

	if (!others)
		goto out;
	trust_ask_show(p, "asks for");
	trust_ask_show_server(p);
	if (consent_possible()) {
		trust_ask_warn(p);
		r = consent_to("trust it?") ? 0 : was_not(p, e);
		goto out;
	}
	project_digest_text(p->digest, digest);
	say("%s, so it may have changed since you saw it. To allow what is "
	    "shown here, run: mairu allow --digest=%s %s",
	    buf_str(&why), digest, fault_word(p->path, word));
	r = was_not(p, e);
out:
	buf_release(&why);
	return r;
}

static int allow_run(const struct cmd_line *line)
{
	struct project p;
	struct err e;
	int r;

	project_init(&p);
	r = read_project(line, &p, &e);
	if (r == 0)
		r = line->option[OPT_DIGEST] != NULL
			? check_digest(&p, line->option[OPT_DIGEST], &e)
			: confirm(&p, &e);
	if (r == 0)
		r = trust_record(&p, 1, &e);
	if (r == 0) {
		trust_ask_show(&p, "is allowed");
		trust_ask_show_server(&p);
		assume_say_hour(p.hops, p.n_hops);
	}
	project_release(&p);
	return r < 0 ? say_err(&e) : EXIT_OK;
}

const struct cmd cmd_allow = {
    .name = "allow",
    .synopsis = "[PATH]",
    .purpose = "trust the nearest " PROJECT_NAME " as it is now",
    .details = "Shows the server and role that the file asks for.  PATH is a "
	       "directory or the\n"
	       "file itself.  Editing the file makes mairu ask again.\n"
	       "If others own the file or can write to it, you must confirm, "
	       "or give its\n"
	       "digest.",
    .example = "mairu allow ~/proj",
    .options = {[OPT_DIGEST] = {"digest", 0, "DIGEST",
		    "only if the file has this digest (see: mairu status)"}},
    .max_args = 1,
    .arg_values = {&value_path},
    .run = allow_run,
};
