#include "front/cli/misuse.h"

#include <stdint.h>
#include <string.h>

#include "base/core/buf.h"
#include "base/core/text.h"
#include "front/terminal/say.h"

enum {
	MESSAGE_MAX = 16384,
	NAME_MAX_SHOWN = 60,
	WORD = 31,
};

static void safe(struct buf *b, const char *s)
{
	if (*s == '\0')
		buf_adds(b, "''");
	text_safe(b, s, strlen(s), NAME_MAX_SHOWN);
}

/* A full stop after a name, unless that ends in the dots of a truncation. */
static const char *stop(struct buf *b)
{
	return b->len > 3 && strcmp(buf_str(b) + b->len - 3, "...") == 0 ? ""
									 : ".";
}

static int usage(const struct cmd *c, const char *what, const char *which)
{
	struct buf b = BUF_INIT(MESSAGE_MAX);

	safe(&b, which);
	say_failure("%s: %s%s%s Run: mairu %s --help", c->name, what,
	    buf_str(&b), stop(&b), c->name);
	buf_release(&b);
	return EXIT_USAGE;
}

/* Names the first missing argument, as in the synopsis. */
static int lacking(const struct cmd *c, size_t n_args)
{
	struct buf b = BUF_INIT(MESSAGE_MAX);
	const char *s = c->synopsis;
	size_t len = 0;
	int r;

	for (size_t i = 0;; i++) {
		s += strspn(s + len, " ") + len;
		if (strncmp(s, "[--] ", 5) == 0)
			s += 5;
		len = strcspn(s, *s == '(' ? ")" : " ");
		if (i == n_args)
			break;
		len += *s == '(';
	}
	buf_add(&b, s + (*s == '('), len - (*s == '('));
	r = usage(c, "missing argument: ", buf_str(&b));
	buf_release(&b);
	return r;
}

int misuse_of(
    const struct cmd *c, enum cmd_parse_end end, const struct cmd_parse *p)
{
	switch (end) {
	case CMD_NO_OPTION:
		return usage(c, "unknown option: ", p->word);
	case CMD_VALUE_NEEDLESS:
		return usage(c, "option takes no value: ", p->word);
	case CMD_VALUE_MISSING:
		return usage(c, "missing value after ", p->word);
	case CMD_TOO_MANY_OPTIONS:
		return usage(c, "too many options: ", p->word);
	case CMD_WANTS_HELP:
	case CMD_PARSED:
		break;
	}
	if (p->line.n_args < c->min_args)
		return lacking(c, p->line.n_args);
	return usage(c, "unexpected argument: ", p->line.args[c->max_args]);
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* The number of typos between two words: a letter inserted, dropped, replaced,
 * or two swapped.  Damerau's distance, for short words. */
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

/* One typo per three letters; more make another word. */
static size_t slips(const char *typed)
{
	return strlen(typed) / 3;
}

/* Keeps the name nearest to what was typed in *best. */
static void nearer(
    const char *typed, const char *name, size_t *best, const char **nearest)
{
	size_t d = distance(typed, name);

	/* A matching prefix is nearer than any typo. */
	if (strlen(typed) > 1 && strncmp(name, typed, strlen(typed)) == 0)
		d = 0;
	if (d < *best) {
		*best = d;
		*nearest = name;
	}
}

static int unknown(const char *what, const char *typed, const char *nearest)
{
	struct buf b = BUF_INIT(MESSAGE_MAX);

	safe(&b, typed);
	if (nearest != NULL)
		say_failure("unknown %s: %s. Did you mean: mairu %s", what,
		    buf_str(&b), nearest);
	else
		say_failure("unknown %s: %s%s Run: mairu help", what,
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
	return unknown("option", typed, NULL);
}

int misuse_unknown(const char *name)
{
	const char *nearest = NULL;
	size_t best = slips(name) + 1;

	if (name[0] == '-')
		return unknown_option(name);
	for (size_t i = 0; cmd_all[i] != NULL; i++)
		nearer(name, cmd_all[i]->name, &best, &nearest);
	return unknown("command", name, nearest);
}

int misuse_needless(const char *word)
{
	struct buf b = BUF_INIT(MESSAGE_MAX);

	safe(&b, word);
	say_failure(
	    "unexpected argument: %s%s Run: mairu help", buf_str(&b), stop(&b));
	buf_release(&b);
	return EXIT_USAGE;
}
