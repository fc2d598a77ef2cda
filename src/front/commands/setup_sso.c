/* mairu setup-sso: makes IAM Identity Center known. */

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
			return usage("there are too many scopes");
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
		return usage("it takes --region and --start-url");
	if (!sso_setup_is_region(s->file.region))
		return usage("a region looks like eu-west-1");
	if (!s->yes && !consent_possible())
		return usage("there is no terminal to ask on, so it takes "
			     "--yes");
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
    .purpose = "makes IAM Identity Center known as a server",
    .details =
	"Shows the file of servers.d that it writes, asks, writes it, and\n"
	"registers with the region's OIDC service.  The start URL is that of\n"
	"the access portal; a company's own address that redirects to it does\n"
	"too.  A file that is there and says otherwise is not replaced "
	"without\n"
	"--overwrite, with which the clients are new ones too.",
    .example = "mairu setup-sso contoso -r eu-west-1 -u "
	       "https://contoso.awsapps.com/start",
    .min_args = 1,
    .max_args = 1,
    .options = {[OPT_REGION] = {"region", 'r', "REGION",
		    "of the Identity Center itself; needed"},
	[OPT_START_URL] = {"start-url", 'u', "URL",
	    "of its access portal; needed"},
	[OPT_SCOPE] = {"scope", 's', "SCOPE",
	    "may repeat (sso:account:access)"},
	[OPT_YES] = {"yes", 'y', NULL, "writes it without asking"},
	[OPT_OVERWRITE] = {"overwrite", 0, NULL,
	    "replaces a file that says otherwise, and the clients"}},
    .repeats = 1u << OPT_SCOPE,
    .run = setup_sso_run,
};
