#include "front/cli/cmd.h"

#include <string.h>

#include "base/core/buf.h"
#include "base/core/text.h"
#include "front/cli/parse.h"
#include "front/terminal/column.h"
#include "front/terminal/say.h"

enum {
	HELP_MAX = 16384,
	NAME_MAX_SHOWN = 60,
	WORD = 31,
};

const struct cmd *const cmd_all[] = {&cmd_setup_sso, &cmd_login, &cmd_hook,
    &cmd_allow, &cmd_status, &cmd_exec, &cmd_whoami, &cmd_doctor, &cmd_deny,
    &cmd_logout, &cmd_list_sessions, &cmd_refresh, &cmd_list_roles,
    &cmd_list_servers, &cmd_remove_server, &cmd_setup_profile, &cmd_config,
    &cmd_completion, &cmd_agent, &cmd_kill_agent, &cmd_help_command, &cmd_show,
    &cmd_credential_process, &cmd_export, &cmd_prompt, &cmd_candidates, NULL};

/* The help's headings, each above the command that is the first below it. */
static const struct {
	const char *title;
	const struct cmd *first;
} groups[] = {
    {"start here", &cmd_setup_sso},
    {"every day", &cmd_status},
    {"logins and roles", &cmd_logout},
    {"set up", &cmd_list_servers},
    {"for scripts", &cmd_show},
    {"what hooks and prompts call", &cmd_export},
};

enum {
	N_GROUPS = sizeof(groups) / sizeof(groups[0])
};

const struct cmd *cmd_find(const char *name)
{
	for (size_t i = 0; cmd_all[i] != NULL; i++)
		if (strcmp(cmd_all[i]->name, name) == 0)
			return cmd_all[i];
	return NULL;
}

static void safe(struct buf *b, const char *s)
{
	if (*s == '\0')
		buf_adds(b, "''");
	text_safe(b, s, strlen(s), NAME_MAX_SHOWN);
}

/* The full stop after a name, unless that ends in the dots of a cut. */
static const char *stop(struct buf *b)
{
	return b->len > 3 && strcmp(buf_str(b) + b->len - 3, "...") == 0 ? ""
									 : ".";
}

static int usage(const struct cmd *c, const char *what, const char *which)
{
	struct buf b = BUF_INIT(HELP_MAX);

	safe(&b, which);
	say_failure("%s: %s%s%s Run: mairu %s --help", c->name, what,
	    buf_str(&b), stop(&b), c->name);
	buf_release(&b);
	return EXIT_USAGE;
}

static int misused(
    const struct cmd *c, enum cmd_parse_end end, const struct cmd_parse *p)
{
	switch (end) {
	case CMD_NO_OPTION:
		return usage(c, "there is no option ", p->word);
	case CMD_VALUE_NEEDLESS:
		return usage(c, "this option takes no value: ", p->word);
	case CMD_VALUE_MISSING:
		return usage(c, "a value is missing after ", p->word);
	case CMD_TOO_MANY_OPTIONS:
		return usage(c, "there are too many options: ", p->word);
	case CMD_WANTS_HELP:
		return cmd_help(c);
	case CMD_PARSED:
		break;
	}
	if (p->line.n_args < c->min_args)
		return usage(c, "it takes ", c->synopsis);
	return usage(c, "this is one too many: ", p->line.args[c->max_args]);
}

int cmd_run(const struct cmd *c, int argc, char **argv)
{
	struct cmd_parse p;
	enum cmd_parse_end end = cmd_parse(c, argc, argv, &p);

	if (end != CMD_PARSED || p.line.n_args < c->min_args ||
	    p.line.n_args > c->max_args)
		return misused(c, end, &p);
	return c->run(&p.line);
}

static void help_option(struct buf *b, const struct cmd_option *o)
{
	size_t start = b->len;

	if (o->letter != 0)
		buf_addf(b, "  -%c, --%s", o->letter, o->name);
	else
		buf_addf(b, "      --%s", o->name);
	if (o->arg != NULL)
		buf_addf(b, " %s", o->arg);
	if (b->len - start > 24) {
		buf_addc(b, '\n');
		start = b->len;
	}
	while (!b->failed && b->len - start < 26)
		buf_addc(b, ' ');
	buf_addf(b, "%s\n", o->help);
}

const struct cmd_option cmd_help_option = {"help", 'h', NULL, "shows this"};

const struct cmd_option cmd_globals[] = {
    {"help", 'h', NULL, "shows this; after a command, that command's help"},
    {"version", 'V', NULL, "shows the version"}, {0}};

int cmd_help(const struct cmd *c)
{
	struct buf b = BUF_INIT(HELP_MAX);
	int r;

	buf_addf(&b, "usage: mairu %s%s%s%s\n\n%s\n\n", c->name,
	    c->options[0].name != NULL ? " [options]" : "",
	    c->synopsis[0] != '\0' ? " " : "", c->synopsis, c->purpose);
	if (c->details != NULL)
		buf_addf(&b, "%s\n\n", c->details);
	buf_adds(&b, "options:\n");
	for (const struct cmd_option *o = c->options; o->name != NULL; o++)
		help_option(&b, o);
	help_option(&b, &cmd_help_option);
	buf_addf(&b, "\nexample:\n  %s\n", c->example);
	r = say_data(&b);
	buf_release(&b);
	return r;
}

int cmd_help_all(void)
{
	struct buf b = BUF_INIT(HELP_MAX);
	size_t width = 0, group = 0;
	int r;

	for (size_t i = 0; cmd_all[i] != NULL; i++)
		column_widen(&width, cmd_all[i]->name, SIZE_MAX);
	buf_adds(&b,
	    "usage: mairu COMMAND [options]\n\n"
	    "Puts a project's AWS role into the shell when you enter it, and\n"
	    "takes it away when you leave.\n");
	for (size_t i = 0; cmd_all[i] != NULL; i++) {
		if (group < N_GROUPS && groups[group].first == cmd_all[i])
			buf_addf(&b, "\n%s:\n", groups[group++].title);
		buf_addf(&b, "  %-*s  %s\n", (int)width, cmd_all[i]->name,
		    cmd_all[i]->purpose);
	}
	buf_adds(&b, "\noptions:\n");
	for (const struct cmd_option *o = cmd_globals; o->name != NULL; o++)
		buf_addf(
		    &b, "  -%c, --%-7s  %s\n", o->letter, o->name, o->help);
	buf_adds(&b,
	    "\nstart with:\n"
	    "  eval \"$(mairu hook bash)\"     in ~/.bashrc, or\n"
	    "  eval \"$(mairu hook zsh)\"      in ~/.zshrc, or\n"
	    "  mairu hook fish | source      in ~/.config/fish/config.fish\n"
	    "\nmanual: man mairu; one command's options: mairu help COMMAND\n");
	r = say_data(&b);
	buf_release(&b);
	return r;
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* How many slips lie between two words: a letter too many, one too few, another
 * one, or two that changed places.  Damerau's distance, for short words. */
static size_t distance(const char *a, const char *b)
{
	size_t row[3][WORD + 1], la = strlen(a), lb = strlen(b);

	if (la > WORD || lb > WORD)
		return SIZE_MAX;
	for (size_t j = 0; j <= lb; j++)
		row[0][j] = j;
	for (size_t i = 1; i <= la; i++) {
		size_t *now = row[i % 3], *up = row[(i + 2) % 3];
		const size_t *upper = row[(i + 1) % 3];

		now[0] = i;
		for (size_t j = 1; j <= lb; j++) {
			now[j] = least(up[j - 1] + (a[i - 1] != b[j - 1]),
			    least(up[j], now[j - 1]) + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1])
				now[j] = least(now[j], upper[j - 2] + 1);
		}
	}
	return row[la % 3][lb];
}

/* A slip in three letters is one; more make another word. */
static size_t slips(const char *typed)
{
	return strlen(typed) / 3;
}

/* The nearest name to what was typed; the best so far is kept in *best. */
static void nearer(
    const char *typed, const char *name, size_t *best, const char **nearest)
{
	size_t d = distance(typed, name);

	/* A beginning that fits is nearer than any slip. */
	if (strlen(typed) > 1 && strncmp(name, typed, strlen(typed)) == 0)
		d = 0;
	if (d < *best) {
		*best = d;
		*nearest = name;
	}
}

static int unknown(const char *what, const char *typed, const char *nearest)
{
	struct buf b = BUF_INIT(HELP_MAX);

	safe(&b, typed);
	if (nearest != NULL)
		say_failure("there is no %s %s; did you mean: mairu %s", what,
		    buf_str(&b), nearest);
	else
		say_failure("there is no %s %s%s Run: mairu help", what,
		    buf_str(&b), stop(&b));
	buf_release(&b);
	return EXIT_USAGE;
}

static int unknown_option(const char *typed)
{
	static const char *const names[] = {"--version", "--help", NULL};
	const char *nearest = NULL;
	size_t best = slips(typed) + 1;

	if (strcmp(typed, "-v") == 0)
		return unknown("option", typed, names[0]);
	for (size_t i = 0; names[i] != NULL; i++)
		nearer(typed, names[i], &best, &nearest);
	if (nearest != NULL)
		return unknown("option", typed, nearest);
	return unknown("option before a command:", typed, NULL);
}

int cmd_unknown(const char *name)
{
	const char *nearest = NULL;
	size_t best = slips(name) + 1;

	if (name[0] == '-')
		return unknown_option(name);
	for (size_t i = 0; cmd_all[i] != NULL; i++)
		nearer(name, cmd_all[i]->name, &best, &nearest);
	return unknown("command", name, nearest);
}

int cmd_needless(const char *word)
{
	struct buf b = BUF_INIT(HELP_MAX);

	safe(&b, word);
	say_failure("this is one too many: %s%s Run: mairu help", buf_str(&b),
	    stop(&b));
	buf_release(&b);
	return EXIT_USAGE;
}
