/* mairu setup-sso: adds IAM Identity Center as a server. */

#include "front/cli/cmd.h"
#include "front/servers/sso_setup.h"
#include "front/terminal/consent.h"
#include "front/terminal/say.h"

enum {
	OPT_REGION,
	OPT_START_URL,
	OPT_SCOPE,
	OPT_YES,
	OPT_OVERWRITE
};

static int usage(const char *what)
{
	say_failure("setup-sso: %s. Run: mairu setup-sso --help", what);
	return EXIT_USAGE;
}

static int take_scopes(struct sso_file *f, const struct cmd_line *line)
{
	for (size_t i = 0; i < line->n_given; i++) {
		if (line->given[i].which != OPT_SCOPE)
			continue;
		if (f->n_scopes == SSO_FILE_SCOPES)
			return usage("too many scopes");
		f->scope[f->n_scopes++] = line->given[i].value;
	}
	return EXIT_OK;
}

static int take_line(struct sso_setup *s, const struct cmd_line *line)
{
	const char *url = line->option[OPT_START_URL];
	struct err e;

	s->file.id = line->args[0];
	s->file.region = line->option[OPT_REGION];
	s->yes = line->option[OPT_YES] != NULL;
	s->overwrite = line->option[OPT_OVERWRITE] != NULL;
	if (s->file.region == NULL || url == NULL)
		return usage("--region and --start-url are required");
	if (!sso_setup_is_region(s->file.region))
		return usage("a region looks like eu-west-1");
	if (!s->yes && !consent_possible())
		return usage("there is no terminal to ask on; give --yes");
	if (sso_setup_place(s, url, &e) < 0)
		return say_err(&e);
	return take_scopes(&s->file, line);
}

static int setup_sso_run(const struct cmd_line *line)
{
	static struct sso_setup s; /* large, and zero */
	int r = take_line(&s, line);

	if (r == EXIT_OK)
		r = sso_setup(&s);
	sso_setup_release(&s);
	return r;
}

const struct cmd cmd_setup_sso = {
    .name = "setup-sso",
    .synopsis = "ID",
    .purpose = "set up IAM Identity Center as a server",
    .details =
	"Shows the file that it will write to servers.d, asks, writes it, and\n"
	"registers with the region's OIDC service.  The start URL is the "
	"address\n"
	"of the access portal, or an address of your own that redirects to "
	"it.\n"
	"An existing file that differs is replaced only with --overwrite, "
	"which\n"
	"also registers new clients.",
    .example = "mairu setup-sso contoso -r eu-west-1 -u "
	       "https://contoso.awsapps.com/start",
    .min_args = 1,
    .max_args = 1,
    .options = {[OPT_REGION] = {"region", 'r', "REGION",
		    "of Identity Center itself (required)"},
	[OPT_START_URL] = {"start-url", 'u', "URL",
	    "of its access portal (required)"},
	[OPT_SCOPE] = {"scope", 's', "SCOPE",
	    "may be repeated (default sso:account:access)"},
	[OPT_YES] = {"yes", 'y', NULL, "write without asking"},
	[OPT_OVERWRITE] = {"overwrite", 0, NULL,
	    "replace a file that differs, and its clients"}},
    .repeats = 1u << OPT_SCOPE,
    .run = setup_sso_run,
};
