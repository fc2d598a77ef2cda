#include "front/completion/bash_line.h"

#include <stdlib.h>
#include <string.h>

#include "base/core/buf.h"
#include "base/core/text.h"
#include "front/terminal/say.h"

enum {
	WORD_MAX = 128 * 1024, /* limit of one argument */
};

/* --- quotes */

static char *copy(const char *text)
{
	char *to = text_dup(text);

	if (to == NULL)
		say_oom();
	return to;
}

/* The state at the end of a word's text. */
struct open {
	char quote;	   /* open quote: ' or ", or 0 */
	size_t inside;	   /* where the quoted text begins in the word */
	int is_unfinished; /* after a backslash */
};

/* In double quotes a backslash only escapes these; at the end, the next
 * character is not known yet. */
static int escapes(char next)
{
	return strchr("$`\"\\", next) != NULL;
}

/* Appends raw[0..len) as bash unquotes it; expansions are kept. */
static struct open unquote(struct buf *out, const char *raw, size_t len)
{
	struct open o = {0};

	for (size_t i = 0; i < len; i++) {
		char c = raw[i], next = '\0';

		if (i + 1 < len)
			next = raw[i + 1];
		if (c == '\\' &&
		    (o.quote == 0 || (o.quote == '"' && escapes(next)))) {
			o.is_unfinished |= i + 1 == len;
			if (i + 1 < len)
				buf_addc(out, raw[++i]);
		} else if (c == o.quote && c != '\0') {
			o.quote = 0;
		} else if ((c == '\'' || c == '"') && o.quote == 0) {
			o.quote = c;
			o.inside = i + 1;
		} else {
			buf_addc(out, c);
		}
	}
	return o;
}

static char *unquoted(const char *raw, size_t len, struct open *o)
{
	struct buf b = BUF_INIT(WORD_MAX);
	char *text;

	*o = unquote(&b, raw, len);
	text = copy(buf_str(&b));
	buf_release(&b);
	return text;
}

/* --- pieces */

/* A separator that bash keeps whole: the characters of COMP_WORDBREAKS, and
 * some that users add. */
static int is_break(const char *piece, size_t len)
{
	return len > 0 && strspn(piece, "=:@<>|&;(/,") >= len;
}

struct reader {
	struct bash_line *t;
	const char *at;	  /* the unread rest of the line */
	const char *word; /* where the current word begins, or NULL */
	size_t piece;	  /* its first */
};

static void end_word(struct reader *r, size_t len)
{
	struct bash_line *t = r->t;
	struct open o;

	t->words[t->n] = unquoted(r->word, len, &o);
	t->piece[t->n++] = r->piece;
	r->word = NULL;
}

/* Advances to the next piece; a blank in between ends the current word. */
static void go_to(struct reader *r, const char *piece, size_t i)
{
	const char *begin = r->at, *found;

	r->at += strspn(r->at, " \t\n");
	found = strstr(r->at, piece);
	if (found != NULL)
		r->at = found;
	if (r->word != NULL && r->at != begin)
		end_word(r, (size_t)(begin - r->word));
	if (r->word == NULL) {
		r->word = r->at;
		r->piece = i;
	}
}

/* The last piece is cut at the cursor: it is the rest of the line. */
static int end_line(struct reader *r, size_t i)
{
	const char *last;
	struct open o;
	size_t len;

	go_to(r, "", i);
	last = r->at;
	len = strlen(r->word);
	if (is_break(last, strlen(last)))
		last += strlen(last);
	r->t->words[r->t->n] = unquoted(r->word, len, &o);
	r->t->piece[r->t->n++] = r->piece;
	r->t->quote = o.quote;
	if (o.quote != 0)
		last = r->word + o.inside;
	/* $'...' has escapes of its own. */
	if (o.is_unfinished ||
	    (o.quote == '\'' && o.inside > 1 && last[-2] == '$'))
		return -1;
	r->t->kept = unquoted(r->word, (size_t)(last - r->word), &o);
	return 0;
}

static int begin(struct bash_line *t, size_t n)
{
	memset(t, 0, sizeof(*t));
	if (n == 0 || n > BASH_LINE_MAX)
		return -1;
	t->words = calloc(n + 1, sizeof(*t->words));
	t->piece = calloc(n, sizeof(*t->piece));
	if (t->words == NULL || t->piece == NULL)
		say_oom();
	return 0;
}

int bash_line_read(
    struct bash_line *t, const char *line, const char *const *pieces, size_t n)
{
	struct reader r = {.t = t, .at = line};

	if (begin(t, n) < 0)
		return -1;
	for (size_t i = 0; i + 1 < n; i++) {
		go_to(&r, pieces[i], i);
		r.at += strnlen(r.at, strlen(pieces[i]));
	}
	return end_line(&r, n - 1);
}

int bash_line_take(struct bash_line *t, const char *const *words, size_t n)
{
	if (begin(t, n) < 0)
		return -1;
	for (; t->n < n; t->n++) {
		t->words[t->n] = copy(words[t->n]);
		t->piece[t->n] = t->n;
	}
	t->kept = copy("");
	return 0;
}

void bash_line_release(struct bash_line *t)
{
	for (size_t i = 0; i < t->n; i++)
		free(t->words[i]);
	free(t->words);
	free(t->piece);
	free(t->kept);
	memset(t, 0, sizeof(*t));
}
