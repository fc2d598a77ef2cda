/* mairu show: the config of this directory, for programs.  Output as in Mairu
 * 0.12. */

#include "base/config/trust.h"
#include "base/core/buf.h"
#include "base/core/jsonout.h"
#include "front/cli/cmd.h"
#include "front/signin/logged_in.h"
#include "front/terminal/say.h"
#include "front/trust/verdict.h"

enum {
	OPT_FAIL,
	OPT_QUIET,
	TEXT_MAX = 256 * 1024
};

/* An unreachable broker gives nobody credentials. */
static int is_logged_in(const char *server)
{
	static struct logged_in l; /* large */
	int is =
	    logged_in_ask(&l, NULL) == 0 && logged_in_find(&l, server) != NULL;

	logged_in_release(&l);
	return is;
}

static void print(struct buf *b, const struct verdict *v)
{
	struct jsonout o;

	jsonout_init(&o, b, 1);
	jsonout_begin(&o, '{');
	jsonout_key(&o, "auto");
	if (v->project.server == NULL) {
		jsonout_null(&o);
	} else {
		trust_content(&o, &v->project);
		jsonout_key(&o, "auto_source");
		jsonout_str(&o, v->project.path);
		jsonout_key(&o, "auto_trusted");
		jsonout_bool(&o, v->kind == VERDICT_GOOD);
		jsonout_key(&o, "auto_logged_in");
		jsonout_bool(&o, is_logged_in(v->project.server));
	}
	jsonout_end(&o, '}');
	buf_addc(b, '\n');
}

static int show_run(const struct cmd_line *line)
{
	struct buf b = BUF_INIT(TEXT_MAX);
	struct verdict v;
	int r = EXIT_OK;

	verdict_here(&v);
	if (v.kind == VERDICT_BAD)
		say_failure("%s", buf_str(&v.why));
	if (line->option[OPT_QUIET] == NULL) {
		print(&b, &v);
		r = say_data(&b);
	}
	if (v.kind == VERDICT_BAD ||
	    (line->option[OPT_FAIL] != NULL && v.kind == VERDICT_NONE))
		r = EXIT_FAILED;
	buf_release(&b);
	verdict_release(&v);
	return r;
}

const struct cmd cmd_show = {
    .name = "show",
    .synopsis = "",
    .purpose = "print the nearest " PROJECT_NAME " and its trust as JSON",
    .example = "mairu show --fail-when-missing-auto --quiet && echo yes",
    .options = {[OPT_FAIL] = {"fail-when-missing-auto", 'f', NULL,
		    "exit 1 if there is no config here or above"},
	[OPT_QUIET] = {"quiet", 'q', NULL, "print nothing"}},
    .run = show_run,
};
