/* mairu candidates: what the completion of a shell calls at each TAB. */

#include <string.h>

#include "base/core/buf.h"
#include "front/cli/cmd.h"
#include "front/completion/bash_line.h"
#include "front/completion/candidates.h"
#include "front/completion/complete.h"
#include "front/completion/value.h"
#include "front/prompt/deadline.h"
#include "front/terminal/say.h"

enum {
	OPT_LINE,
	OPT_UTF8,
	/* See LINES_MAX of offers. */
	OUT_MAX = 17 * 1024 * 1024
};

/* fish also passes what precedes the command: variables, `and`. */
static size_t program_at(enum shell sh, char **words, size_t n)
{
	for (size_t i = 0; sh == SHELL_FISH && i + 1 < n; i++) {
		const char *slash = strrchr(words[i], '/');

		if (strcmp(slash != NULL ? slash + 1 : words[i], "mairu") == 0)
			return i;
	}
	return 0;
}

/* fish passes the last word with its quotes.  Without them it is enough to
 * filter out most of what does not match. */
static void strip_quotes(char *word)
{
	char *to = word;

	for (; *word != '\0'; word++)
		if (strchr("'\"\\", *word) == NULL)
			*to++ = *word;
	*to = '\0';
}

static int candidates_run(const struct cmd_line *line)
{
	enum shell sh = shell_find(line->args[0]);
	struct buf out = BUF_INIT(OUT_MAX);
	struct bash_line t;
	struct candidates o;
	size_t at;
	int r;

	if (sh == SHELL_UNKNOWN ||
	    (sh == SHELL_BASH) != (line->option[OPT_LINE] != NULL)) {
		say_failure(
		    "candidates: the shells are bash, zsh and fish, and bash "
		    "gives its --line");
		return EXIT_USAGE;
	}
	deadline_begin(DEADLINE_MS);
	r = sh == SHELL_BASH
		? bash_line_read(&t, line->option[OPT_LINE], line->args + 1,
		      line->n_args - 1)
		: bash_line_take(&t, line->args + 1, line->n_args - 1);
	if (r == 0) {
		at = program_at(sh, t.words, t.n);
		if (sh == SHELL_FISH)
			strip_quotes(t.words[t.n - 1]);
		candidates_init(&o, sh, t.words[t.n - 1]);
		o.kept = t.kept;
		o.quote = t.quote;
		o.is_utf8 = line->option[OPT_UTF8] != NULL;
		complete(&o, t.words + at, t.n - at);
		o.command_at += at;
		if (o.rest == CANDIDATES_COMMAND)
			o.command_at = t.piece[o.command_at];
		candidates_print(&o, &out);
		candidates_release(&o);
	}
	bash_line_release(&t);
	r = say_data(&out);
	buf_release(&out);
	return r;
}

const struct cmd cmd_candidates = {
    .name = "candidates",
    .synopsis = "SHELL WORD...",
    .purpose = "print what may come next; shell completion calls it",
    .details =
	"SHELL is bash, zsh or fish.  The WORDs are the command line up to\n"
	"the cursor, the last one as far as it was typed.  Starts no broker\n"
	"and waits for none.",
    .example = "mairu candidates fish mairu exec --mode ''",
    .min_args = 2,
    .max_args = SIZE_MAX,
    .own_args = 2,
    .arg_values = {&value_shell},
    .options = {[OPT_LINE] = {"line", 0, "TEXT",
		    "bash: the command line exactly as typed"},
	[OPT_UTF8] = {"utf8", 0, NULL,
	    "the shell's charset is UTF-8; the default is ASCII"}},
    .run = candidates_run,
};
