/* mairu setup-profile: the AWS profile that asks mairu. */

#include <string.h>

#include "front/aws/profile.h"
#include "front/cli/cmd.h"
#include "front/client/self.h"
#include "front/terminal/consent.h"
#include "front/terminal/diff.h"
#include "front/terminal/say.h"

enum {
	OPT_YES
};

/* 1 if the user says yes. */
static int consents(const struct profile *p)
{
	int is_usual = strcmp(p->name, AWSCONF_PROFILE) == 0;

	if (consent_possible())
		return consent("write it?");
	say("nothing was written: there is no terminal to ask on. Run: mairu "
	    "setup-profile --yes%s%s",
	    is_usual ? "" : " ", is_usual ? "" : p->name);
	return 0;
}

static void say_done(const struct profile *p)
{
	struct awsconf a;

	if (strcmp(p->name, AWSCONF_PROFILE) == 0)
		say("profile " AWSCONF_PROFILE
		    " was written: shells where [default] has credentials use "
		    "it from the next prompt on");
	else
		say("profile %s was written. Use it with AWS_PROFILE=%s; the "
		    "hook uses only the profile " AWSCONF_PROFILE " alone",
		    p->name, p->name);
	awsconf_load(&a, p->name);
	if (a.default_region && !a.region)
		say("the region of [default] does not apply to this profile: "
		    "give it a region, or write \"region\" into .mairu.json");
}

static int setup(struct profile *p, const char *name, int yes)
{
	char self[PATH_MAX];
	struct err e;
	int r = profile_place(p, name, &e);

	if (r == 0)
		r = self_path(self, &e);
	if (r == 0)
		r = profile_compose(p, self, &e);
	if (r < 0)
		return say_err(&e);
	if (r == 0) {
		say("profile %s is already in %s: nothing to do", p->name,
		    buf_str(&p->shown));
		return EXIT_OK;
	}
	diff_show(buf_str(&p->shown), buf_str(&p->diff));
	if (!yes && !consents(p))
		return EXIT_FAILED;
	if (profile_write(p, &e) < 0)
		return say_err(&e);
	say_done(p);
	return EXIT_OK;
}

static int setup_profile_run(const struct cmd_line *line)
{
	static struct profile p; /* large */
	int r = setup(&p, line->n_args > 0 ? line->args[0] : AWSCONF_PROFILE,
	    line->option[OPT_YES] != NULL);

	profile_release(&p);
	return r;
}

const struct cmd cmd_setup_profile = {
    .name = "setup-profile",
    .synopsis = "[NAME]",
    .purpose = "write the AWS profile that asks mairu for credentials",
    .details =
	"Credentials in a [default] profile take precedence over a project's\n"
	"role in most SDKs.  Where there are any, the hook exports\n"
	"AWS_PROFILE=mairu once that profile exists.  Shows what it changes "
	"in\n"
	"the AWS config file and asks before writing.  Any other NAME is for\n"
	"your own use.",
    .example = "mairu setup-profile",
    .options = {[OPT_YES] = {"yes", 'y', NULL, "write without asking"}},
    .max_args = 1,
    .run = setup_profile_run,
};
