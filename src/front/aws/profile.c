/* mairu setup-profile: the AWS profile that asks mairu. */

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/core/buf.h"
#include "base/core/text.h"
#include "base/sys/file.h"
#include "base/sys/path.h"
#include "front/aws/awsconf.h"
#include "front/aws/awsconf_edit.h"
#include "front/cli/cmd.h"
#include "front/client/self.h"
#include "front/terminal/consent.h"
#include "front/terminal/say.h"
#include "front/terminal/style.h"

enum {
	OPT_YES,
	NAME_LEN_MAX = 64,
	COMMAND_MAX = 2 * PATH_MAX,
	SHOWN_MAX = 64 * 1024,
};

struct setup {
	const char *name;
	int yes;
	char path[PATH_MAX]; /* of the config file */
	struct buf shown;    /* the same for a person */
	struct buf command, old, new, diff;
};

/* --- what to write */

static int check_name(const char *name, struct err *e)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "abcdefghijklmnopqrstuvwxyz"
				      "0123456789._-";
	size_t len = strlen(name);

	if (len == 0 || len > NAME_LEN_MAX || strspn(name, letters) != len)
		return err_set(e, ERR_USAGE,
		    "the name of a profile is letters, digits, dots, dashes "
		    "and underscores");
	if (strcmp(name, "default") == 0)
		return err_set(e, ERR_USAGE,
		    "the default profile counts outside of projects too, so "
		    "mairu does not take it. Run: mairu setup-profile");
	return 0;
}

/* Appends one word that both a shell and Python's shlex read as this path.
 * SDKs cut a value at a blank with a comment sign, whatever the quotes. */
static int add_quoted(struct buf *out, const char *path, struct err *e)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "abcdefghijklmnopqrstuvwxyz"
				    "0123456789/._-+,@%";
	size_t len = strlen(path);
	int bad = !text_utf8(path, len);

	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)path[i];

		bad |= c < 0x20 || c == 0x7f;
		bad |= c == ' ' && (path[i + 1] == '#' || path[i + 1] == ';');
	}
	if (bad)
		return err_set(e, ERR_FORMAT,
		    "AWS config files cannot name the path of this program: "
		    "install mairu where the path is plain text");
	if (strspn(path, plain) == len) {
		buf_adds(out, path);
		return 0;
	}
	buf_addc(out, '\'');
	for (size_t i = 0; i < len; i++)
		if (path[i] == '\'')
			buf_adds(out, "'\\''");
		else
			buf_addc(out, path[i]);
	buf_addc(out, '\'');
	return 0;
}

static int make_command(struct setup *s, struct err *e)
{
	char self[PATH_MAX];
	int r = self_path(self, e);

	if (r == 0)
		r = add_quoted(&s->command, self, e);
	if (r < 0)
		return r;
	buf_adds(&s->command, " credential-process auto");
	if (s->command.failed)
		return err_set(e, ERR_LIMIT,
		    "the path of this program is too long for a config file");
	if (!awsconf_is_ours(buf_str(&s->command), s->command.len))
		return err_set(e, ERR_REFUSED,
		    "this program is not named mairu, by which the hook knows "
		    "the profile: install it as mairu");
	return 0;
}

/* --- what is there */

/* Other settings of the profile that would win over the one we write. */
static int check_rivals(const struct setup *s, struct err *e)
{
	struct awsconf a;
	struct buf b = BUF_INIT(COMMAND_MAX);
	const char *key;
	enum awsconf_file file = AWSCONF_CREDENTIALS;
	int r = 0;

	awsconf_load(&a, s->name);
	key = a.rival.key;
	if (key != NULL)
		file = a.rival.file;
	else if (a.other[AWSCONF_CREDENTIALS])
		key = "credential_process";
	if (key != NULL) {
		path_text(&b, a.path[file]);
		r = err_set(e, ERR_REFUSED,
		    "profile %s has %s in %s, which wins over what would be "
		    "written: remove it there, or take another name",
		    s->name, key, buf_str(&b));
	}
	buf_release(&b);
	return r;
}

static int read_config(struct setup *s, struct buf *to, struct err *e)
{
	int r;

	r = file_read(s->path, to, e);
	return r == ERR_NOT_FOUND ? 0 : r;
}

/* --- writing it */

/* Makes the directory of a file that is new; one that is there is not ours to
 * change. */
static int make_dir(const struct setup *s, struct err *e)
{
	char dir[PATH_MAX];
	const char *slash = strrchr(s->path, '/');
	size_t len = slash != NULL ? (size_t)(slash - s->path) : 0;
	struct stat st;

	if (len == 0)
		return 0;
	memcpy(dir, s->path, len);
	dir[len] = '\0';
	return stat(dir, &st) == 0 ? 0 : file_make_dir(dir, 1, e);
}

static int write_config(struct setup *s, struct err *e)
{
	struct buf now = BUF_INIT(AWSCONF_MAX_BYTES);
	int r = read_config(s, &now, e);

	if (r == 0 &&
	    (now.len != s->old.len ||
		(now.len > 0 && memcmp(now.data, s->old.data, now.len) != 0)))
		r = err_set(e, ERR_FOREIGN,
		    "%s was changed meanwhile, so nothing was written. Run "
		    "the command again",
		    buf_str(&s->shown));
	if (r == 0)
		r = make_dir(s, e);
	if (r == 0)
		r = file_replace(s->path, s->new.data, s->new.len, e);
	buf_release(&now);
	return r;
}

/* --- the person */

static void show_diff(struct setup *s)
{
	struct buf b = BUF_INIT(2 * SHOWN_MAX);
	const char *line = buf_str(&s->diff);
	struct screen screen;

	screen_look(&screen, STDERR_FILENO);
	say("this is what changes in %s:", buf_str(&s->shown));
	buf_addf(
	    &b, "--- %s\n+++ %s\n", buf_str(&s->shown), buf_str(&s->shown));
	while (*line != '\0') {
		size_t len = strcspn(line, "\n");
		enum style style = *line == '+'	  ? STYLE_GOOD
				   : *line == '-' ? STYLE_BAD
						  : STYLE_PLAIN;

		buf_adds(&b, style_on(&screen, style));
		buf_add(&b, line, len);
		buf_adds(&b, style_off(&screen, style));
		buf_addc(&b, '\n');
		line += len + (line[len] == '\n');
	}
	if (b.failed)
		say("it is too much to be shown");
	else
		say_text(&b);
	buf_release(&b);
}

/* 1 when the person says yes. */
static int consents(struct setup *s)
{
	if (s->yes)
		return 1;
	if (consent_possible())
		return consent("write it?");
	say("nothing was written, as there is no terminal to ask on. "
	    "Run: mairu setup-profile --yes%s%s",
	    strcmp(s->name, AWSCONF_PROFILE) == 0 ? "" : " ",
	    strcmp(s->name, AWSCONF_PROFILE) == 0 ? "" : s->name);
	return 0;
}

static void say_done(const struct setup *s)
{
	struct awsconf a;

	if (strcmp(s->name, AWSCONF_PROFILE) == 0)
		say("profile " AWSCONF_PROFILE " is written: shells take it "
		    "from the next prompt on, where [default] has credentials");
	else
		say("profile %s is written. Use it as AWS_PROFILE=%s; the "
		    "hook takes the profile " AWSCONF_PROFILE " alone",
		    s->name, s->name);
	awsconf_load(&a, s->name);
	if (a.default_region && !a.region)
		say("the region of [default] does not hold in this profile: "
		    "give it a region, or write \"region\" into .mairu.json");
}

static int setup(struct setup *s, struct err *e)
{
	int r = check_name(s->name, e);

	if (r == 0)
		r = awsconf_path(AWSCONF_CONFIG, s->path, e);
	if (r == 0)
		r = make_command(s, e);
	if (r == 0)
		r = check_rivals(s, e);
	if (r < 0)
		return say_err(e);
	path_text(&s->shown, s->path);
	r = read_config(s, &s->old, e);
	if (r < 0)
		return say_err(e);
	if (!awsconf_set_process((const char *)s->old.data, s->old.len, s->name,
		buf_str(&s->command), &s->new, &s->diff)) {
		say("profile %s is in %s already: nothing to do", s->name,
		    buf_str(&s->shown));
		return EXIT_OK;
	}
	if (s->new.failed) {
		say_failure("%s is too large to add to", buf_str(&s->shown));
		return EXIT_FAILED;
	}
	show_diff(s);
	if (!consents(s))
		return EXIT_FAILED;
	if (write_config(s, e) < 0)
		return say_err(e);
	say_done(s);
	return EXIT_OK;
}

static int setup_profile_run(const struct cmd_line *line)
{
	static struct setup s; /* large, and zero */
	struct err e;
	int r;

	s.name = line->n_args > 0 ? line->args[0] : AWSCONF_PROFILE;
	s.yes = line->option[OPT_YES] != NULL;
	buf_init(&s.shown, COMMAND_MAX * 4);
	buf_init(&s.command, COMMAND_MAX);
	buf_init(&s.old, AWSCONF_MAX_BYTES);
	buf_init(&s.new, AWSCONF_MAX_BYTES);
	buf_init(&s.diff, SHOWN_MAX);
	r = setup(&s, &e);
	buf_release(&s.shown);
	buf_release(&s.command);
	buf_release(&s.old);
	buf_release(&s.new);
	buf_release(&s.diff);
	return r;
}

const struct cmd cmd_setup_profile = {
    .name = "setup-profile",
    .synopsis = "[NAME]",
    .purpose = "writes the AWS profile that asks mairu for credentials",
    .details =
	"Credentials of a [default] profile win over the role of a project in\n"
	"most SDKs.  Where there are any, the hook exports AWS_PROFILE=mairu\n"
	"once that profile is there.  This shows what it changes in the AWS\n"
	"config file, asks, and writes it; another NAME is for your own use.",
    .example = "mairu setup-profile",
    .options = {[OPT_YES] = {"yes", 'y', NULL, "writes it without asking"}},
    .max_args = 1,
    .run = setup_profile_run,
};
