/* mairu allow: trusts a config as it is now. */

#include <string.h>

#include "base/project.h"
#include "base/trust.h"
#include "front/assume.h"
#include "front/cmd.h"
#include "front/say.h"
#include "front/trusting.h"
#include "front/value.h"

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
	if (given == NULL || strcmp(given, digest) == 0)
		return 0;
	return err_set(e, ERR_UNTRUSTED,
	    "the digest of this file is %s, not the one given; it was not "
	    "allowed",
	    digest);
}

static int allow_run(const struct cmd_line *line)
{
	struct project p;
	struct err e;
	int r;

	project_init(&p);
	r = read_project(line, &p, &e);
	if (r == 0)
		r = check_digest(&p, line->option[OPT_DIGEST], &e);
	if (r == 0)
		r = trust_record(&p, 1, &e);
	if (r == 0) {
		trusting_show(&p, "is allowed");
		trusting_show_server(&p);
		assume_say_hour(p.hops, p.n_hops);
	}
	project_release(&p);
	return r < 0 ? say_err(&e) : EXIT_OK;
}

const struct cmd cmd_allow = {
    .name = "allow",
    .synopsis = "[PATH]",
    .purpose = "trusts the nearest " PROJECT_NAME " as it is now",
    .details = "Shows the server and role that it asks for.  PATH is a "
	       "directory or the file\nitself.  An edit of the file asks "
	       "again.",
    .example = "mairu allow ~/proj",
    .options = {[OPT_DIGEST] = {"digest", 0, "DIGEST",
		    "only if the file has this digest (see: mairu status)"}},
    .max_args = 1,
    .arg_values = {&value_path},
    .run = allow_run,
};
