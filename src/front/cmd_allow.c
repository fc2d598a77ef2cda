/* mairu allow: trusts a config as it is now. */

#include <string.h>

#include "base/buf.h"
#include "base/project.h"
#include "base/servers.h"
#include "base/text.h"
#include "base/trust.h"
#include "front/cmd.h"
#include "front/say.h"

enum {
	OPT_DIGEST,
	/* A path, two names and a chain, none of them cut. */
	LINE_MAX_SHOWN = 64 * 1024
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

static void show(const struct project *p)
{
	struct buf b = BUF_INIT(LINE_MAX_SHOWN);

	/* Past what say() takes: none of it may be cut. */
	buf_adds(&b, "mairu: ");
	text_path(&b, p->path);
	buf_adds(&b, " is allowed: ");
	project_describe(p, &b);
	buf_addc(&b, '\n');
	say_text(&b);
	for (size_t i = 0; i < p->n_unknown; i++) {
		buf_clear(&b);
		text_safe(&b, p->unknown[i], strlen(p->unknown[i]), 80);
		say("it has a key that this version ignores: %s", buf_str(&b));
	}
	buf_release(&b);
}

/* A name that leads nowhere would show at the login at the earliest.  It is no
 * reason against the trust: the server may be configured later. */
static void check_server(const char *name)
{
	const struct servers_entry *one;
	struct servers s;
	struct buf b = BUF_INIT(LINE_MAX_SHOWN);
	struct err e;
	int r = servers_load(&s, NULL, &e);

	if (r == 0) {
		r = servers_find(&s, name, &one, &e);
		servers_release(&s);
	}
	text_safe(&b, name, strlen(name), 256);
	if (r == ERR_NOT_FOUND)
		say("but the server %s is not configured. Run: mairu "
		    "list-servers",
		    buf_str(&b));
	else if (r < 0)
		say("%s", e.msg);
	buf_release(&b);
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
		show(&p);
		check_server(p.server);
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
    .run = allow_run,
};
