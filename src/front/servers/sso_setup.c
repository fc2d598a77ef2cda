/* mairu setup-sso: makes IAM Identity Center known. */

#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "base/config/servers.h"
#include "base/core/buf.h"
#include "base/core/text.h"
#include "base/core/url.h"
#include "base/sys/fault.h"
#include "base/sys/plat.h"
#include "front/cli/cmd.h"
#include "front/client/client.h"
#include "front/servers/sso_file.h"
#include "front/servers/sso_url.h"
#include "front/terminal/consent.h"
#include "front/terminal/say.h"

enum {
	OPT_REGION,
	OPT_START_URL,
	OPT_SCOPE,
	OPT_YES,
	OPT_OVERWRITE,
	REGISTER_MS = 90000, /* more than two calls may take */
	SHOWN_MAX = 16384,
};

struct setup {
	struct sso_file file;
	struct buf url;
	char shown[FAULT_PATH]; /* the path for a person */
	int yes, overwrite;
	int written; /* it lies there already */
};

/* --- what was typed */

static size_t letters(const char *s)
{
	return strspn(s, "abcdefghijklmnopqrstuvwxyz");
}

/* "eu-west-1", "us-gov-west-1": two words at least, and a number. */
static int is_region(const char *s)
{
	size_t n = letters(s), words = 0;

	if (n < 2)
		return 0;
	for (s += n; s[0] == '-' && (n = letters(s + 1)) > 0; s += n + 1)
		words++;
	if (words == 0 || s[0] != '-')
		return 0;
	n = strspn(++s, "0123456789");
	return n > 0 && s[n] == '\0';
}

static int is_known(const char *region)
{
	static const char *const heads[] = {"us-", "eu-", "ap-", "sa-", "ca-",
	    "me-", "af-", "il-", "mx-", "cn-", "eusc-"};

	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
		if (strncmp(region, heads[i], strlen(heads[i])) == 0)
			return 1;
	return 0;
}

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

static int take_line(struct setup *s, const struct cmd_line *line)
{
	const char *url = line->option[OPT_START_URL];
	struct sso_file *f = &s->file;
	struct err e;

	f->id = line->args[0];
	f->region = line->option[OPT_REGION];
	s->yes = line->option[OPT_YES] != NULL;
	s->overwrite = line->option[OPT_OVERWRITE] != NULL;
	if (f->region == NULL || url == NULL)
		return usage("it takes --region and --start-url");
	if (!is_region(f->region))
		return usage("a region looks like eu-west-1");
	if (!s->yes && !consent_possible())
		return usage("there is no terminal to ask on, so it takes "
			     "--yes");
	if (sso_file_place(f, &e) < 0 || sso_url_tidy(&s->url, url, &e) < 0)
		return say_err(&e);
	(void)fault_path(f->path, s->shown);
	return take_scopes(f, line);
}

/* --- where the URL leads */

static void resolve(struct setup *s)
{
	struct buf before = BUF_INIT(URL_MAX + 1);
	struct err e;

	if (sso_url_is_portal(buf_str(&s->url)))
		return;
	buf_adds(&before, buf_str(&s->url));
	if (sso_url_resolve(&s->url, &e) < 0)
		say("where %s leads to is not known, so it is taken as it is: "
		    "%s",
		    buf_str(&before), e.msg);
	else if (strcmp(buf_str(&before), buf_str(&s->url)) != 0)
		say("%s leads to %s", buf_str(&before), buf_str(&s->url));
	buf_release(&before);
}

/* --- what is there */

static size_t without_slash(const char *url)
{
	size_t len = strlen(url);

	return len > 0 && url[len - 1] == '/' ? len - 1 : len;
}

static int same_url(const char *a, const char *b)
{
	size_t len = without_slash(a);

	return len == without_slash(b) && memcmp(a, b, len) == 0;
}

/* Servers of other files: two with one id would be of no use. */
static int check_others(const struct setup *s)
{
	const struct sso_file *f = &s->file;
	char shown[FAULT_PATH];
	struct servers all;
	struct err e;
	int r = EXIT_OK;

	if (servers_load(&all, NULL, &e) < 0)
		return say_err(&e);
	for (size_t i = 0; i < all.count; i++) {
		const struct servers_entry *one = &all.at[i];

		if (one->fault != NULL || strcmp(one->path, f->path) == 0)
			continue;
		(void)fault_path(one->path, shown);
		if (strcmp(one->id, f->id) == 0) {
			say_failure(
			    "%s has that id already: remove it, or take "
			    "another id",
			    shown);
			r = EXIT_FAILED;
		} else if (same_url(one->url, f->url)) {
			say("%s has that URL too: both can be named by their "
			    "ids alone",
			    shown);
		}
	}
	servers_release(&all);
	return r;
}

static int check_there(struct setup *s)
{
	struct buf differs = BUF_INIT(SHOWN_MAX);
	int there = sso_file_differs(&s->file, &differs), r = EXIT_OK;

	s->written = there < 0;
	if (there > 0) {
		say("%s is there already, and differs: %s", s->shown,
		    buf_str(&differs));
		if (!s->overwrite) {
			say("nothing was written. To replace it, run this "
			    "again with --overwrite");
			r = EXIT_FAILED;
		}
	}
	buf_release(&differs);
	return r;
}

/* --- writing it */

/* 1 when it may be written. */
static int consents(struct setup *s)
{
	/* Shows as it is: it was read as a file of servers.d. */
	say("this is what %s will hold:", s->shown);
	say_text(&s->file.text);
	return s->yes || consent("write it?");
}

static int write_file(struct setup *s)
{
	struct err e;

	if (s->written) {
		say("%s says so already", s->shown);
		return EXIT_OK;
	}
	if (!consents(s))
		return EXIT_FAILED;
	if (sso_file_put(&s->file, &e) < 0)
		return say_err(&e);
	say("%s is written", s->shown);
	return EXIT_OK;
}

/* --- clients */

static int register_clients(const struct setup *s)
{
	struct buf request = BUF_INIT(8192), login = BUF_INIT(1024);
	size_t at = client_begin(&request, WIRE_REGISTER);
	struct wire_frame f;
	struct client c;
	struct err e;
	int r;

	wire_puts(&request, WIRE_F_SERVER, s->file.id);
	wire_putn(&request, WIRE_F_FRESH, s->overwrite != 0);
	wire_end(&request, at);
	r = client_ask(
	    &c, CLIENT_SPAWN, plat_ms() + REGISTER_MS, &request, &f, &e);
	client_close(&c);
	buf_release(&request);
	text_word(&login, s->file.id, strlen(s->file.id));
	if (r < 0) {
		r = say_err(&e);
		say("the file stays, and a login tries it again. Run: mairu "
		    "login %s",
		    buf_str(&login));
	} else {
		say("the clients are registered. Run: mairu login %s",
		    buf_str(&login));
	}
	buf_release(&login);
	return r;
}

static int setup(struct setup *s)
{
	struct err e;
	int r;

	if (!is_known(s->file.region))
		say("the region %s is not one that is known here",
		    s->file.region);
	resolve(s);
	s->file.url = buf_str(&s->url);
	if (sso_file_compose(&s->file, &e) < 0)
		return say_err(&e);
	r = check_others(s);
	if (r == EXIT_OK)
		r = check_there(s);
	if (r == EXIT_OK)
		r = write_file(s);
	return r == EXIT_OK ? register_clients(s) : r;
}

static int setup_sso_run(const struct cmd_line *line)
{
	static struct setup s; /* large, and zero */
	int r;

	buf_init(&s.url, URL_MAX + 1);
	buf_init(&s.file.text, 0);
	r = take_line(&s, line);
	if (r == EXIT_OK)
		r = setup(&s);
	buf_release(&s.url);
	buf_release(&s.file.text);
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
