#include "front/aws/awsconf_edit.h"

#include <string.h>

#include "base/core/text.h"
#include "front/aws/awsconf.h"

enum {
	COLUMNS_MAX = 2000,
	LINES_MAX = 16 * 1024, /* bytes inserted in one place */
};

/* Results of the first pass. */
struct survey {
	int begins, has_process;
	size_t after;		  /* the end of the section's first header */
	size_t line;		  /* its number */
	size_t indent_at, indent; /* of the first relevant line below it */
};

struct edit {
	const char *text, *profile, *command, *eol;
	size_t len, copied; /* how much of text was copied to out */
	size_t line;	    /* lines read */
	long more;	    /* surplus of lines in out */
	int changes;
	struct buf *out, *diff;
};

static size_t indent_of(const char *s, size_t len)
{
	size_t n = 0;

	while (n < len && strchr(" \t\f\v", s[n]) != NULL && s[n] != '\0')
		n++;
	return n;
}

/* 1 if readers skip the line, whatever precedes it. */
static int is_idle(const char *s, size_t len)
{
	size_t n = indent_of(s, len);

	return n == len || (s[n] != '\0' && strchr("\r\n#;", s[n]) != NULL);
}

static void look(const struct edit *e, struct survey *s)
{
	struct awsconf_reader r;
	struct awsconf_line l;
	size_t line = 0;
	int inside = 0, first = 0;

	awsconf_open(&r, e->text, e->len);
	while (awsconf_next(&r, &l)) {
		const char *bytes = e->text + l.at;
		size_t len = l.end - l.at;

		line++;
		if (l.kind == AWSCONF_SECTION) {
			inside = awsconf_begins(&l, AWSCONF_CONFIG, e->profile);
			first = inside && !s->begins;
			if (first) {
				s->begins = 1;
				s->after = l.end;
				s->line = line;
			}
		} else if (first && !is_idle(bytes, len)) {
			first = 0;
			s->indent_at = l.at;
			s->indent = indent_of(bytes, len);
		}
		if (inside && awsconf_has_key(&l, "credential_process"))
			s->has_process = 1;
	}
}

/* Shows each line of s with a sign before it. */
static void show(struct edit *e, char sign, const char *s, size_t len)
{
	while (len > 0) {
		const char *newline = memchr(s, '\n', len);
		size_t shown = newline != NULL ? (size_t)(newline - s) : len;
		size_t n = shown + (newline != NULL);

		if (shown > 0 && s[shown - 1] == '\r')
			shown--;
		buf_addc(e->diff, sign);
		text_safe(e->diff, s, shown, COLUMNS_MAX);
		buf_addc(e->diff, '\n');
		s += n;
		len -= n;
	}
}

static size_t count_lines(const char *s, size_t len)
{
	size_t n = len > 0 && s[len - 1] != '\n';

	for (size_t i = 0; i < len; i++)
		n += s[i] == '\n';
	return n;
}

/* Replaces the bytes from at to end by `with`; `line` is the number of their
 * first line, or of the line before if there are none. */
static void splice(
    struct edit *e, size_t at, size_t end, size_t line, struct buf *with)
{
	const char *new = buf_str(with);
	size_t lines = count_lines(e->text + at, end - at);
	size_t more = count_lines(new, with->len);
	long to = (long)line + e->more + (lines == 0);

	buf_addf(e->diff, "@@ -%zu,%zu +%ld,%zu @@ [profile %s]\n", line, lines,
	    to, more, e->profile);
	show(e, '-', e->text + at, end - at);
	show(e, '+', new, with->len);
	if (at > e->copied)
		buf_add(e->out, e->text + e->copied, at - e->copied);
	if (at > 0 && e->text[at - 1] != '\n')
		buf_adds(e->out, e->eol);
	buf_add(e->out, with->data, with->len);
	e->copied = end;
	e->more += (long)more - (long)lines;
	e->changes++;
}

static void add_process(
    const struct edit *e, struct buf *b, size_t indent_at, size_t indent)
{
	if (indent > 0)
		buf_add(b, e->text + indent_at, indent);
	buf_addf(b, "credential_process = %s%s", e->command, e->eol);
}

/* 1 if the line continues the value of a key at this indentation: it is deeper,
 * and neither blank nor a comment. */
static int goes_on(
    const struct edit *e, const struct awsconf_line *l, size_t indent)
{
	const char *s = e->text + l->at;
	size_t len = l->end - l->at;

	return l->kind != AWSCONF_SECTION && !is_idle(s, len) &&
	       indent_of(s, len) > indent;
}

/* Replaces one credential_process, including the continuation of its value,
 * which a reader would take as part of the new one. */
static void replace(
    struct edit *e, struct awsconf_reader *r, const struct awsconf_line *l)
{
	size_t indent = indent_of(e->text + l->at, l->end - l->at);
	size_t end = l->end, line = e->line;
	struct buf with = BUF_INIT(LINES_MAX);
	struct awsconf_reader ahead = *r;
	struct awsconf_line next;

	while (awsconf_next(&ahead, &next) && goes_on(e, &next, indent)) {
		*r = ahead;
		end = next.end;
		e->line++;
	}
	if (end > l->end || l->value_len != strlen(e->command) ||
	    memcmp(l->value, e->command, l->value_len) != 0) {
		add_process(e, &with, l->at, indent);
		splice(e, l->at, end, line, &with);
	}
	buf_release(&with);
}

static void replace_all(struct edit *e)
{
	struct awsconf_reader r;
	struct awsconf_line l;
	int inside = 0;

	awsconf_open(&r, e->text, e->len);
	while (awsconf_next(&r, &l)) {
		e->line++;
		if (l.kind == AWSCONF_SECTION)
			inside = awsconf_begins(&l, AWSCONF_CONFIG, e->profile);
		if (inside && awsconf_has_key(&l, "credential_process"))
			replace(e, &r, &l);
	}
}

static void append(struct edit *e)
{
	const char *s = e->text;
	struct buf with = BUF_INIT(LINES_MAX);
	size_t n = e->len;

	/* A blank line before it, unless there is one. */
	if (n > 0) {
		if (s[n - 1] == '\n')
			n--;
		if (n > 0 && n < e->len && s[n - 1] == '\r')
			n--;
		if (n > 0 && s[n - 1] != '\n')
			buf_adds(&with, e->eol);
	}
	buf_addf(&with, "[profile %s]%s", e->profile, e->eol);
	add_process(e, &with, 0, 0);
	splice(e, e->len, e->len, count_lines(e->text, e->len), &with);
	buf_release(&with);
}

static const char *line_end(const char *text, size_t len)
{
	const char *newline = len > 0 ? memchr(text, '\n', len) : NULL;

	return newline != NULL && newline > text && newline[-1] == '\r' ? "\r\n"
									: "\n";
}

int awsconf_set_process(const char *text, size_t len, const char *profile,
    const char *command, struct buf *out, struct buf *diff)
{
	struct edit e = {.text = text,
	    .len = len,
	    .profile = profile,
	    .command = command,
	    .eol = line_end(text, len),
	    .out = out,
	    .diff = diff};
	struct survey s = {0};
	struct buf with = BUF_INIT(LINES_MAX);

	look(&e, &s);
	if (s.has_process) {
		replace_all(&e);
	} else if (s.begins) {
		add_process(&e, &with, s.indent_at, s.indent);
		splice(&e, s.after, s.after, s.line, &with);
	} else {
		append(&e);
	}
	if (len > e.copied)
		buf_add(out, text + e.copied, len - e.copied);
	buf_release(&with);
	return e.changes > 0;
}
