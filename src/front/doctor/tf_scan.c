#include "front/doctor/tf_scan.h"

#include <string.h>

#include "base/core/text.h"

enum {
	DEPTH = 32,   /* nested blocks tracked */
	HEADER = 3,   /* words of a block header that matter */
	NESTING = 64, /* nested templates in strings */
};

/* With any of these the provider ignores the environment. */
static const char *const settings[] = {"profile", "access_key", "secret_key",
    "shared_credentials_file", "shared_credentials_files", NULL};

enum kind {
	KIND_OTHER,
	KIND_TERRAFORM,
	KIND_PROVIDER,
	KIND_BACKEND,
};

struct word {
	const char *s;
	size_t len;
};

struct scan {
	const char *s, *end;
	size_t line;
	enum kind at[DEPTH];
	size_t depth; /* may be beyond DEPTH */
	/* The line so far, possibly a block header. */
	struct word header[HEADER];
	size_t n_header;
	int plain; /* and nothing else */
	void (*found)(void *arg, const struct tf_found *f);
	void *arg;
};

static int is(const struct word *w, const char *what)
{
	return strlen(what) == w->len && memcmp(w->s, what, w->len) == 0;
}

static int starts(const struct scan *s, const char *what)
{
	size_t len = strlen(what);

	return (size_t)(s->end - s->s) >= len && memcmp(s->s, what, len) == 0;
}

static void step(struct scan *s)
{
	if (*s->s++ == '\n')
		s->line++;
}

static void new_line(struct scan *s)
{
	s->n_header = 0;
	s->plain = 1;
}

/* --- skipping */

static void pass_line(struct scan *s)
{
	while (s->s < s->end && *s->s != '\n')
		s->s++;
}

static void pass_comment(struct scan *s)
{
	s->s += 2;
	while (s->s < s->end && !starts(s, "*/"))
		step(s);
	if (s->s < s->end)
		s->s += 2;
}

/* Skips from the opening quote past the closing one.  Templates may hold
 * strings, which may hold templates.  1 if there are no templates. */
static int pass_string(struct scan *s)
{
	/* The open braces in each enclosing template. */
	size_t open[NESTING], n = 0;
	int in_string = 1, plain = 1;

	step(s);
	while (s->s < s->end) {
		char c = *s->s;

		if (in_string && c == '\\' && s->s + 1 < s->end) {
			step(s);
		} else if (in_string &&
			   (starts(s, "$${") || starts(s, "%%{"))) {
			s->s += 2;
		} else if (in_string && (starts(s, "${") || starts(s, "%{"))) {
			plain = 0;
			if (n == NESTING)
				return 0;
			open[n++] = 0;
			in_string = 0;
			s->s++;
		} else if (in_string && c == '"') {
			step(s);
			if (n == 0)
				return plain;
			in_string = 0;
			continue;
		} else if (in_string && c == '\n' && n == 0) {
			return 0; /* unterminated */
		} else if (!in_string && c == '"') {
			in_string = 1;
		} else if (!in_string && c == '{') {
			open[n - 1]++;
		} else if (!in_string && c == '}' && open[n - 1]-- == 0) {
			n--;
			in_string = 1;
		}
		step(s);
	}
	return 0;
}

/* Skips <<WORD or <<-WORD up to the line with the word. */
static void pass_heredoc(struct scan *s)
{
	struct word end;

	s->s += starts(s, "<<-") ? 3 : 2;
	end.s = s->s;
	while (s->s < s->end && text_has(*s->s, "_-"))
		s->s++;
	end.len = (size_t)(s->s - end.s);
	if (end.len == 0)
		return;
	for (;;) {
		struct word line;

		pass_line(s);
		if (s->s == s->end)
			return;
		step(s);
		while (s->s < s->end && (*s->s == ' ' || *s->s == '\t'))
			s->s++;
		line.s = s->s;
		pass_line(s);
		line.len = (size_t)(s->s - line.s);
		if (line.len > 0 && line.s[line.len - 1] == '\r')
			line.len--;
		if (line.len == end.len && memcmp(line.s, end.s, end.len) == 0)
			return;
		s->s = line.s;
	}
}

/* --- blocks */

static enum kind inside(const struct scan *s)
{
	return s->depth > 0 && s->depth <= DEPTH ? s->at[s->depth - 1]
						 : KIND_OTHER;
}

static enum kind kind_of(const struct scan *s)
{
	const struct word *h = s->header;

	if (!s->plain)
		return KIND_OTHER;
	if (s->depth == 0 && s->n_header == 1 && is(&h[0], "terraform"))
		return KIND_TERRAFORM;
	if (s->depth == 0 && s->n_header == 2 && is(&h[0], "provider") &&
	    is(&h[1], "aws"))
		return KIND_PROVIDER;
	if (inside(s) == KIND_TERRAFORM && s->n_header == 2 &&
	    is(&h[0], "backend") && is(&h[1], "s3"))
		return KIND_BACKEND;
	return KIND_OTHER;
}

static void open_block(struct scan *s)
{
	enum kind kind = kind_of(s);

	if (s->depth < DEPTH)
		s->at[s->depth] = kind;
	s->depth++;
	new_line(s);
}

static void add_word(struct scan *s, const char *from, size_t len)
{
	if (s->n_header < HEADER)
		s->header[s->n_header++] = (struct word){from, len};
	else
		s->plain = 0;
}

/* --- settings */

static const char *setting_of(const struct scan *s)
{
	if ((inside(s) != KIND_PROVIDER && inside(s) != KIND_BACKEND) ||
	    !s->plain || s->n_header != 1)
		return NULL;
	for (size_t i = 0; settings[i] != NULL; i++)
		if (is(&s->header[0], settings[i]))
			return settings[i];
	return NULL;
}

/* Takes the value after the equals sign; the scan continues after it. */
static void take_value(struct scan *s, const char *name)
{
	struct tf_found f = {
	    .block = inside(s) == KIND_PROVIDER ? TF_PROVIDER : TF_BACKEND,
	    .name = name,
	    .line = s->line};
	const char *from;

	while (s->s < s->end && (*s->s == ' ' || *s->s == '\t'))
		s->s++;
	if (s->s == s->end || starts(s, "null") || starts(s, "\"\"") ||
	    starts(s, "[]"))
		return;
	from = s->s + 1;
	if (*s->s == '"' && pass_string(s)) {
		f.value = from;
		f.value_len = (size_t)(s->s - 1 - from);
	}
	s->found(s->arg, &f);
}

static void take_sign(struct scan *s)
{
	const char *name = setting_of(s);
	int compares = s->s + 1 < s->end && s->s[1] == '=';

	s->s += compares ? 2 : 1;
	s->plain = 0;
	if (name != NULL && !compares)
		take_value(s, name);
}

static void take_other(struct scan *s)
{
	const char *from = s->s;

	if (text_has(*s->s, "_-")) {
		while (s->s < s->end && text_has(*s->s, "_-"))
			s->s++;
		add_word(s, from, (size_t)(s->s - from));
		return;
	}
	if (*s->s == '\n')
		new_line(s);
	else if (*s->s != ' ' && *s->s != '\t' && *s->s != '\r')
		s->plain = 0;
	step(s);
}

void tf_scan(const char *text, size_t len,
    void (*found)(void *arg, const struct tf_found *f), void *arg)
{
	struct scan s = {.s = text,
	    .end = text + len,
	    .line = 1,
	    .plain = 1,
	    .found = found,
	    .arg = arg};

	while (s.s < s.end) {
		const char *from = s.s;

		if (*s.s == '#' || starts(&s, "//")) {
			pass_line(&s);
		} else if (starts(&s, "/*")) {
			pass_comment(&s);
		} else if (starts(&s, "<<")) {
			pass_heredoc(&s);
		} else if (*s.s == '"') {
			if (pass_string(&s))
				add_word(
				    &s, from + 1, (size_t)(s.s - from) - 2);
			else
				s.plain = 0;
		} else if (*s.s == '{') {
			s.s++;
			open_block(&s);
		} else if (*s.s == '}') {
			s.s++;
			s.depth -= s.depth > 0;
			s.plain = 0;
		} else if (*s.s == '=') {
			take_sign(&s);
		} else {
			take_other(&s);
		}
	}
}
