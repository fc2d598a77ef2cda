#include "front/cli/parse.h"

#include <string.h>

const struct cmd_option *cmd_by_letter(const struct cmd *c, char letter)
{
	for (const struct cmd_option *o = c->options; o->name != NULL; o++)
		if (o->letter != 0 && o->letter == letter)
			return o;
	return NULL;
}

const struct cmd_option *cmd_by_name(
    const struct cmd *c, const char *name, size_t len)
{
	for (const struct cmd_option *o = c->options; o->name != NULL; o++)
		if (strlen(o->name) == len && memcmp(o->name, name, len) == 0)
			return o;
	return NULL;
}

/* The unread words of a command line. */
struct words {
	const struct cmd *c;
	char **argv;
	int argc, at;
};

/* value NULL: none in the word itself. */
static enum cmd_parse_end take(struct words *w, const struct cmd_option *o,
    const char *value, struct cmd_parse *p)
{
	struct cmd_line *line = &p->line;
	size_t which = (size_t)(o - w->c->options);

	if (o->arg == NULL && value != NULL)
		return CMD_VALUE_NEEDLESS;
	if (o->arg != NULL && value == NULL) {
		p->wants = o;
		if (w->at + 1 == w->argc)
			return CMD_VALUE_MISSING;
		value = w->argv[++w->at];
	}
	if (value == NULL)
		value = "";
	line->option[which] = value;
	if (line->n_given == CMD_MAX_GIVEN)
		return CMD_TOO_MANY_OPTIONS;
	line->given[line->n_given].which = which;
	line->given[line->n_given++].value = value;
	return CMD_PARSED;
}

/* "--name", "--name=value", or letters: "-f", "-fq", "-mstatic". */
static enum cmd_parse_end take_word(struct words *w, struct cmd_parse *p)
{
	const char *word = w->argv[w->at], *letters = word + 1;
	enum cmd_parse_end r = CMD_PARSED;
	const struct cmd_option *o;
	size_t len;

	p->word = word;
	if (word[1] == '-') {
		len = strcspn(word + 2, "=");
		o = cmd_by_name(w->c, word + 2, len);
		if (o == NULL)
			return CMD_NO_OPTION;
		return take(
		    w, o, word[2 + len] == '=' ? word + 3 + len : NULL, p);
	}
	while (*letters != '\0' && r == CMD_PARSED) {
		o = cmd_by_letter(w->c, *letters++);
		if (o == NULL)
			return CMD_NO_OPTION;
		if (o->arg != NULL && *letters != '\0')
			return take(w, o, letters, p);
		r = take(w, o, NULL, p);
	}
	return r;
}

enum cmd_parse_end cmd_parse(
    const struct cmd *c, int argc, char **argv, struct cmd_parse *p)
{
	struct words w = {c, argv, argc, 0};
	enum cmd_parse_end r = CMD_PARSED;
	size_t n = 0;

	memset(p, 0, sizeof(*p));
	p->own_at = -1;
	for (; w.at < argc && r == CMD_PARSED; w.at++) {
		const char *word = argv[w.at];

		if (p->no_more_options || word[0] != '-' || word[1] == '\0') {
			argv[n++] = argv[w.at];
			if (c->own_args == 0 || n != c->own_args)
				continue;
			p->own_at = w.at;
			p->no_more_options = 1;
		} else if (strcmp(word, "--") == 0) {
			p->no_more_options = 1;
		} else if (strcmp(word, "-h") == 0 ||
			   strcmp(word, "--help") == 0) {
			r = CMD_WANTS_HELP;
		} else {
			r = take_word(&w, p);
		}
	}
	argv[n] = NULL;
	p->line.args = (const char *const *)argv;
	p->line.n_args = n;
	return r;
}
