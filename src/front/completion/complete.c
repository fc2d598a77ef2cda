#include "front/completion/complete.h"

#include <stdlib.h>
#include <string.h>

#include "front/cli/parse.h"
#include "front/completion/value.h"
#include "front/terminal/say.h"

enum {
	OPTION_MAX = 64 /* of "--name=" */
};

/* --- values */

static void offer_value(struct candidates *o, const struct value *v,
    const struct cmd *c, const struct cmd_line *line)
{
	o->tag = v->tag;
	o->rest = v->rest;
	for (size_t i = 0; v->words != NULL && v->words[i] != NULL; i++)
		candidates_put(o, v->words[i], NULL);
	if (v->offer != NULL)
		v->offer(o, c, line);
}

static void offer_option_value(struct candidates *o,
    const struct cmd_option *opt, const struct cmd *c,
    const struct cmd_line *line)
{
	const struct value *v = c->option_values[opt - c->options];

	if (v != NULL)
		offer_value(o, v, c, line);
}

/* --- options */

static void offer_option(
    struct candidates *o, const struct cmd_option *opt, int letter_too)
{
	char word[OPTION_MAX] = {'-', opt->letter};

	if (opt->letter != 0 && letter_too)
		candidates_put(o, word, opt->help);
	word[1] = '-';
	memcpy(word + 2, opt->name, strnlen(opt->name, OPTION_MAX - 3));
	candidates_put(o, word, opt->help);
}

static int may_stand(
    const struct cmd *c, const struct cmd_line *line, size_t which)
{
	return line->option[which] == NULL || (c->repeats & 1u << which);
}

/* Options that can't be given again are left out. */
static void offer_options(struct candidates *o, const struct cmd *c,
    const struct cmd_line *line, int letters_too)
{
	o->tag = "options";
	for (size_t i = 0; c->options[i].name != NULL; i++)
		if (may_stand(c, line, i))
			offer_option(o, &c->options[i], letters_too);
	offer_option(o, &cmd_help_option, letters_too);
}

/* The option if "--name=" or "-x" is in one word with its value. */
static const struct cmd_option *glued(
    const struct cmd *c, const char *word, char glue[OPTION_MAX])
{
	const struct cmd_option *opt;
	size_t len = strcspn(word, "=");

	if (word[0] != '-')
		return NULL;
	if (word[1] == '-') {
		opt =
		    word[len] == '=' ? cmd_by_name(c, word + 2, len - 2) : NULL;
		len++;
	} else {
		opt = word[1] != '\0' && word[2] != '\0'
			  ? cmd_by_letter(c, word[1])
			  : NULL;
		len = 2;
	}
	if (opt == NULL || opt->arg == NULL || len >= OPTION_MAX)
		return NULL;
	memcpy(glue, word, len);
	glue[len] = '\0';
	return opt;
}

/* --- a command's line */

/* The kind of the next argument, or NULL. */
static const struct value *next_argument(
    const struct cmd *c, const struct cmd_line *line)
{
	size_t n = line->n_args;

	return n < CMD_MAX_VALUES && n < c->max_args ? c->arg_values[n] : NULL;
}

static void offer_argument(struct candidates *o, const struct cmd *c,
    const struct cmd_parse *p, size_t at)
{
	const struct value *v = next_argument(c, &p->line);

	o->command_at = at;
	if (v != NULL)
		offer_value(o, v, c, &p->line);
	else if (o->typed[0] == '\0' && !p->no_more_options)
		offer_options(o, c, &p->line, 0);
}

/* words: those after the command's name, except the last, current one; at:
 * index of the first of them. */
static void complete_command(struct candidates *o, const struct cmd *c,
    char **words, size_t n, size_t at)
{
	char glue[OPTION_MAX];
	const struct cmd_option *opt;
	struct cmd_parse p;
	enum cmd_parse_end end = cmd_parse(c, (int)n, words, &p);

	if (end == CMD_VALUE_MISSING) {
		offer_option_value(o, p.wants, c, &p.line);
	} else if (end != CMD_PARSED) {
		return;
	} else if (p.own_at >= 0) {
		o->rest = CANDIDATES_COMMAND;
		o->command_at = at + (size_t)p.own_at;
	} else if (p.no_more_options || o->typed[0] != '-') {
		offer_argument(o, c, &p, at + n);
	} else if ((opt = glued(c, o->typed, glue)) != NULL) {
		o->glue = glue;
		offer_option_value(o, opt, c, &p.line);
		o->glue = "";
	} else {
		offer_options(o, c, &p.line, 1);
	}
}

static void offer_globals(struct candidates *o)
{
	o->tag = "options";
	for (size_t i = 0; cmd_globals[i].name != NULL; i++)
		offer_option(o, &cmd_globals[i], 1);
}

void complete(struct candidates *o, char *const *words, size_t n)
{
	const struct cmd *c;
	char **between;

	if (n < 2)
		return;
	if (n == 2 && o->typed[0] == '-') {
		offer_globals(o);
		return;
	}
	if (n == 2) {
		offer_value(o, &value_command, NULL, NULL);
		return;
	}
	c = cmd_find(words[1]);
	if (c == NULL)
		return;
	between = calloc(n, sizeof(*between));
	if (between == NULL)
		say_oom();
	for (size_t i = 0; i < n - 3; i++)
		between[i] = words[2 + i];
	complete_command(o, c, between, n - 3, 2);
	free(between);
}
