/* mairu prompt: the role in force, for a shell's prompt or a status line.  Asks
 * nobody: it only reads what the hook left in the environment, or with --dir
 * the files of one project. */

#include <unistd.h>

#include "front/cli/cmd.h"
#include "front/completion/value.h"
#include "front/prompt/deadline.h"
#include "front/prompt/format.h"
#include "front/terminal/say.h"
#include "front/trust/verdict.h"

enum {
	OPT_FORMAT,
	OPT_FOR,
	OPT_DIR,
	TEXT_MAX = 64 * 1024
};

struct drawing {
	const char *format;
	enum format_for whom;
};

static int draw(const struct drawing *d, const struct format *s)
{
	struct buf b = BUF_INIT(TEXT_MAX);
	int r;

	format_write(s, d->format, d->whom, &b);
	/* A prompt uses it as is; only a user needs a newline. */
	if (isatty(STDOUT_FILENO))
		buf_addc(&b, '\n');
	r = say_data(&b);
	buf_release(&b);
	return r;
}

static int of_shell(const struct drawing *d)
{
	struct format s;

	return format_here(&s) ? draw(d, &s) : EXIT_OK;
}

/* Errors there don't belong in a status line. */
static int of_dir(const struct drawing *d, const char *dir)
{
	struct format s = {0};
	struct verdict v;
	int r = EXIT_OK;

	/* On a hung mount it shows nothing, but in time. */
	deadline_begin(DEADLINE_MS);
	verdict_near(&v, dir);
	if (v.kind == VERDICT_GOOD) {
		s.server = v.project.server;
		s.role = project_role(&v.project);
		s.region = v.project.region;
		r = draw(d, &s);
	}
	verdict_release(&v);
	return r;
}

static int prompt_run(const struct cmd_line *line)
{
	struct drawing d = {FORMAT_FORMAT, FORMAT_PLAIN};

	if (line->option[OPT_FORMAT] != NULL)
		d.format = line->option[OPT_FORMAT];
	if (line->option[OPT_FOR] != NULL)
		d.whom = format_find(line->option[OPT_FOR]);
	if (d.whom == FORMAT_UNKNOWN) {
		say_failure("prompt: --for must be bash, fish, tmux or zsh");
		return EXIT_USAGE;
	}
	if (line->option[OPT_DIR] != NULL)
		return of_dir(&d, line->option[OPT_DIR]);
	return of_shell(&d);
}

const struct cmd cmd_prompt = {
    .name = "prompt",
    .synopsis = "",
    .purpose = "print the current role for a prompt, or nothing",
    .details =
	"Fields of FORMAT: {server} {role} {account} {name} {region} {mark}.\n"
	"{name} is the last part of the role.  {mark} is \"!\" if the role "
	"needs a\n"
	"login, its keys have expired, or something else takes precedence over "
	"it.\n"
	"Prints a newline only to a terminal.",
    .example = "mairu prompt --for zsh --format '{account}/{name}{mark}'",
    .options = {[OPT_FORMAT] = {"format", 0, "FORMAT",
		    "what to print (default " FORMAT_FORMAT ")"},
	[OPT_FOR] = {"for", 0, "WHOM",
	    "whose prompt it is: bash, fish, tmux or zsh"},
	[OPT_DIR] = {"dir", 0, "PATH",
	    "the role of the trusted project there"}},
    .option_values = {[OPT_FOR] = &value_prompt_for, [OPT_DIR] = &value_path},
    .run = prompt_run,
};
