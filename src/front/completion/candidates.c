#include "front/completion/candidates.h"

#include <string.h>

#include "base/core/text.h"
#include "base/sys/fault.h"

enum {
	/* 50000 roles with descriptions; the rest is dropped */
	LINES_MAX = 16 * 1024 * 1024,
	WORD_MAX = 8192,
	WHAT_COLUMNS = 80,
};

void candidates_init(struct candidates *o, enum shell sh, const char *typed)
{
	memset(o, 0, sizeof(*o));
	o->shell = sh;
	o->typed = typed;
	o->kept = o->glue = "";
	buf_init(&o->lines, LINES_MAX);
}

void candidates_release(struct candidates *o)
{
	buf_release(&o->lines);
}

static int lower(char c)
{
	return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

/* Whether word has the letters of `part` in order: zsh's and fish's matching
 * rules never need less. */
static int has_letters(const char *word, const char *part)
{
	for (; *part != '\0' && *word != '\0'; word++)
		part += lower(*part) == lower(*word);
	return *part == '\0';
}

static int fits(const struct candidates *o, const char *word)
{
	size_t len = strlen(o->typed);

	if (o->shell != SHELL_BASH)
		return strncmp(word, o->glue, strlen(o->glue)) == 0 &&
		       has_letters(word, o->typed);
	return strncmp(word, o->typed, len) == 0 &&
	       strncmp(word, o->kept, strlen(o->kept)) == 0;
}

static int is_ascii(const char *s)
{
	while (*s != '\0' && (unsigned char)*s < 0x80)
		s++;
	return *s == '\0';
}

/* --- each shell's form */

/* In double quotes `!` expands history, and a backslash does not prevent it. */
static int bash_can_quote(char quote, const char *s)
{
	return quote == '\''  ? strchr(s, '\'') == NULL
	       : quote == '"' ? strchr(s, '!') == NULL
			      : 1;
}

static int is_plain(char c)
{
	return (unsigned char)c >= 0x80 || text_has(c, "_-./+%,@:=");
}

static void put_bash(struct candidates *o, const char *word)
{
	for (const char *s = word + strlen(o->kept); *s != '\0'; s++) {
		int escape = o->quote == '"' ? strchr("\"$`\\", *s) != NULL
					     : o->quote == 0 && !is_plain(*s);

		if (escape)
			buf_addc(&o->lines, '\\');
		buf_addc(&o->lines, *s);
	}
}

/* fish takes a leading tilde for a home directory, and never quotes it. */
static int fish_can_quote(const char *word)
{
	return word[0] != '~';
}

static void put_zsh(struct candidates *o, const char *text, int colon_too)
{
	for (const char *s = text; *s != '\0'; s++) {
		if (*s == '\\' || (*s == ':' && colon_too))
			buf_addc(&o->lines, '\\');
		buf_addc(&o->lines, *s);
	}
}

static void put_what(struct candidates *o, const char *what)
{
	struct buf b = BUF_INIT(6 * WHAT_COLUMNS);

	text_safe(&b, what, strlen(what), WHAT_COLUMNS);
	for (size_t i = 0; i < b.len && !o->is_utf8; i++)
		if (b.data[i] >= 0x80)
			b.data[i] = '?';
	buf_addc(&o->lines, o->shell == SHELL_ZSH ? ':' : '\t');
	if (o->shell == SHELL_ZSH)
		put_zsh(o, buf_str(&b), 0);
	else
		buf_adds(&o->lines, buf_str(&b));
	buf_release(&b);
}

static void put_line(struct candidates *o, const char *word, const char *what)
{
	if (o->shell == SHELL_BASH)
		put_bash(o, word);
	else if (o->shell == SHELL_ZSH)
		put_zsh(o, word, 1);
	else
		buf_adds(&o->lines, word);
	if (what != NULL && what[0] != '\0' && o->shell != SHELL_BASH)
		put_what(o, what);
	buf_addc(&o->lines, '\n');
	o->n++;
}

void candidates_put(struct candidates *o, const char *word, const char *what)
{
	struct buf b = BUF_INIT(WORD_MAX);
	const char *whole;

	buf_adds(&b, o->glue);
	buf_adds(&b, word);
	whole = buf_str(&b);
	if (b.failed || !fits(o, whole) || word[0] == '\0' ||
	    !fault_shows(word, strlen(word)) ||
	    (!o->is_utf8 && !is_ascii(whole)) ||
	    (o->shell == SHELL_BASH &&
		!bash_can_quote(o->quote, whole + strlen(o->kept))) ||
	    (o->shell == SHELL_FISH && !fish_can_quote(whole))) {
		buf_release(&b);
		return;
	}
	put_line(o, whole, what);
	buf_release(&b);
}

void candidates_print(struct candidates *o, struct buf *out)
{
	if (o->rest == CANDIDATES_FILES) {
		buf_adds(out, "files\n");
	} else if (o->rest == CANDIDATES_COMMAND) {
		buf_addf(out, "command %zu\n", o->command_at);
	} else if (o->n > 0 && !o->lines.failed) {
		buf_addf(out, "words %s\n", o->tag);
		buf_add(out, o->lines.data, o->lines.len);
	}
}
