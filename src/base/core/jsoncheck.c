#include "base/core/jsoncheck.h"

#include <string.h>

#include "base/core/json.h"
#include "base/core/text.h"

/* What the grammar expects next. */
enum want {
	WANT_VALUE,
	WANT_VALUE_OR_END, /* after [ */
	WANT_KEY,
	WANT_KEY_OR_END, /* after { */
	WANT_COMMA_OR_END,
	WANT_NOTHING,
};

struct check {
	const char *p;
	size_t len, at;
	struct jsoncheck *r;
	size_t depth;
	char closer[JSON_MAX_DEPTH];
};

static int bad(struct check *c, const char *why)
{
	c->r->at = c->at;
	c->r->why = c->at < c->len ? why : "the text ends too early";
	return ERR_FORMAT;
}

static int limit(struct check *c, const char *why)
{
	c->r->at = c->at;
	c->r->why = why;
	return ERR_LIMIT;
}

/* The next byte; a NUL, which no rule accepts, at the end. */
static char peek(const struct check *c)
{
	if (c->at >= c->len)
		return '\0';
	return c->p[c->at];
}

static void skip_blanks(struct check *c)
{
	char b = peek(c);

	while (b == ' ' || b == '\n' || b == '\t' || b == '\r') {
		c->at++;
		b = peek(c);
	}
}

/* The four digits of \uXXXX at offset `at`, or -1. */
static long hex4(const struct check *c, size_t at)
{
	long v = 0;

	if (c->len < 4 || at > c->len - 4)
		return -1;
	for (size_t i = at; i < at + 4; i++) {
		char b = c->p[i];

		if (b >= '0' && b <= '9')
			v = v * 16 + (b - '0');
		else if (b >= 'a' && b <= 'f')
			v = v * 16 + (b - 'a' + 10);
		else if (b >= 'A' && b <= 'F')
			v = v * 16 + (b - 'A' + 10);
		else
			return -1;
	}
	return v;
}

/* 1 if a low surrogate escape follows at offset `at`. */
static int is_low_half(const struct check *c, size_t at)
{
	long unit;

	if (c->len - c->at < 12 || c->p[at] != '\\' || c->p[at + 1] != 'u')
		return 0;
	unit = hex4(c, at + 2);
	return unit >= 0xdc00 && unit <= 0xdfff;
}

static int check_escape(struct check *c)
{
	long unit;
	char b;

	if (c->at + 1 >= c->len)
		return bad(c, "a backslash before nothing");
	b = c->p[c->at + 1];
	if (b && strchr("\"\\/bfnrt", b)) {
		c->at += 2;
		return 0;
	}
	if (b != 'u')
		return bad(c, "a backslash before a character that takes none");
	unit = hex4(c, c->at + 2);
	if (unit < 0)
		return bad(c, "\\u without four hexadecimal digits");
	if (unit == 0)
		return bad(c, "a NUL (\\u0000) in a string");
	if (unit >= 0xd800 && unit <= 0xdbff && is_low_half(c, c->at + 6))
		c->at += 6;
	else if (unit >= 0xd800 && unit <= 0xdfff)
		return bad(c, "half of a surrogate pair");
	c->at += 6;
	return 0;
}

static int check_string(struct check *c)
{
	c->at++;
	while (c->at < c->len) {
		unsigned char b = (unsigned char)c->p[c->at];
		size_t n = 1;

		if (b == '"') {
			c->at++;
			return 0;
		}
		if (b == '\\') {
			int rc = check_escape(c);

			if (rc)
				return rc;
			continue;
		}
		if (b < 0x20)
			return bad(
			    c, "a control character in a string: escape it");
		if (b >= 0x80) {
			n = text_utf8_char(c->p + c->at, c->len - c->at, NULL);
			if (!n)
				return bad(c, "bytes that are not UTF-8");
		}
		c->at += n;
	}
	return bad(c, NULL);
}

static int digits(struct check *c)
{
	size_t from = c->at;

	while (peek(c) >= '0' && peek(c) <= '9')
		c->at++;
	return c->at > from;
}

static int check_number(struct check *c)
{
	if (peek(c) == '-')
		c->at++;
	if (peek(c) == '0')
		c->at++;
	else if (!digits(c))
		return bad(c, "a number without digits");
	if (peek(c) >= '0' && peek(c) <= '9')
		return bad(c, "a number with a leading zero");
	if (peek(c) == '.') {
		c->at++;
		if (!digits(c))
			return bad(c, "no digit after the decimal point");
	}
	if (peek(c) == 'e' || peek(c) == 'E') {
		c->at++;
		if (peek(c) == '+' || peek(c) == '-')
			c->at++;
		if (!digits(c))
			return bad(c, "no digit in the exponent");
	}
	return 0;
}

static int check_word(struct check *c, const char *word)
{
	size_t n = strlen(word);

	if (c->len - c->at < n || memcmp(c->p + c->at, word, n) != 0)
		return bad(c, "a value was expected");
	c->at += n;
	return 0;
}

static int check_value(struct check *c, enum want *want)
{
	char b = peek(c);

	if (c->r->values >= JSON_MAX_VALUES)
		return limit(c, "too many values");
	c->r->values++;
	*want = c->depth ? WANT_COMMA_OR_END : WANT_NOTHING;
	switch (b) {
	case '{':
	case '[':
		if (c->depth >= JSON_MAX_DEPTH)
			return limit(c, "nested too deeply");
		c->closer[c->depth++] = b == '{' ? '}' : ']';
		c->at++;
		*want = b == '{' ? WANT_KEY_OR_END : WANT_VALUE_OR_END;
		return 0;
	case '"':
		return check_string(c);
	case 't':
		return check_word(c, "true");
	case 'f':
		return check_word(c, "false");
	case 'n':
		return check_word(c, "null");
	default:
		if (b == '-' || (b >= '0' && b <= '9'))
			return check_number(c);
		return bad(c, "a value was expected");
	}
}

static int check_key(struct check *c, enum want *want)
{
	int rc;

	if (peek(c) != '"')
		return bad(c, "a key in double quotes was expected");
	rc = check_string(c);
	if (rc)
		return rc;
	skip_blanks(c);
	if (peek(c) != ':')
		return bad(c, "a colon was expected");
	c->at++;
	c->r->keys++;
	*want = WANT_VALUE;
	return 0;
}

static void close_one(struct check *c, enum want *want)
{
	c->at++;
	c->depth--;
	*want = c->depth ? WANT_COMMA_OR_END : WANT_NOTHING;
}

static int check_step(struct check *c, enum want *want)
{
	char b = peek(c);

	switch (*want) {
	case WANT_VALUE_OR_END:
	case WANT_KEY_OR_END:
		if (b == c->closer[c->depth - 1]) {
			close_one(c, want);
			return 0;
		}
		return *want == WANT_KEY_OR_END ? check_key(c, want)
						: check_value(c, want);
	case WANT_KEY:
		return check_key(c, want);
	case WANT_COMMA_OR_END:
		if (b == c->closer[c->depth - 1]) {
			close_one(c, want);
			return 0;
		}
		if (b != ',')
			return bad(c, c->closer[c->depth - 1] == '}'
					  ? "a comma or } was expected"
					  : "a comma or ] was expected");
		c->at++;
		*want = c->closer[c->depth - 1] == '}' ? WANT_KEY : WANT_VALUE;
		return 0;
	case WANT_VALUE:
	case WANT_NOTHING:
		break;
	}
	return check_value(c, want);
}

int jsoncheck(const char *text, size_t len, struct jsoncheck *result)
{
	struct check c = {.p = text, .len = len, .r = result};
	enum want want = WANT_VALUE;
	*result = (struct jsoncheck){0};
	if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
		return bad(&c, "a byte order mark: save the file without it");
	while (want != WANT_NOTHING) {
		skip_blanks(&c);
		int rc = check_step(&c, &want);

		if (rc)
			return rc;
	}
	skip_blanks(&c);
	if (c.at < c.len)
		return bad(&c, "more text after the end of the value");
	return 0;
}
