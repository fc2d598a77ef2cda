#include "base/core/text.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

struct range {
	uint32_t first, last;
};

/* Unicode's bidirectional controls, zero-width and otherwise invisible
 * characters, and line separators: they let a name display as another ("Trojan
 * Source", CVE-2021-42574). */
static const struct range hiding[] = {
    {0x00ad, 0x00ad},
    {0x034f, 0x034f},
    {0x061c, 0x061c},
    {0x115f, 0x1160},
    {0x17b4, 0x17b5},
    {0x180b, 0x180f},
    {0x200b, 0x200f},
    {0x2028, 0x202e},
    {0x2060, 0x206f},
    {0x3164, 0x3164},
    {0xfe00, 0xfe0f},
    {0xfeff, 0xfeff},
    {0xffa0, 0xffa0},
    {0xfff0, 0xfffb},
    {0x1bca0, 0x1bca3},
    {0x1d173, 0x1d17a},
    {0xe0000, 0xe0fff},
};

/* Blocks drawn two columns wide: approximate, erring towards shorter text. */
static const struct range wide[] = {
    {0x1100, 0x115f},
    {0x2e80, 0xa4cf},
    {0xa960, 0xa97c},
    {0xac00, 0xd7a3},
    {0xf900, 0xfaff},
    {0xfe30, 0xfe6f},
    {0xff01, 0xff60},
    {0xffe0, 0xffe6},
    {0x16fe0, 0x18d08},
    {0x1aff0, 0x1b2fb},
    {0x1f000, 0x1faff},
    {0x20000, 0x3fffd},
};

/* Combining marks of the scripts that use them in names of places and
 * people. */
static const struct range combining[] = {
    {0x0300, 0x036f},
    {0x0483, 0x0489},
    {0x0591, 0x05bd},
    {0x0610, 0x061a},
    {0x064b, 0x065f},
    {0x093c, 0x093c},
    {0x0941, 0x0948},
    {0x094d, 0x094d},
    {0x0e31, 0x0e31},
    {0x0e34, 0x0e3a},
    {0x0e47, 0x0e4e},
    {0x1ab0, 0x1aff},
    {0x1dc0, 0x1dff},
    {0x20d0, 0x20f0},
    {0x302a, 0x302d},
    {0x3099, 0x309a},
    {0xfe20, 0xfe2f},
};

#define WITHIN(cp, table)                                                      \
	within((cp), (table), sizeof(table) / sizeof((table)[0]))

static int within(uint32_t cp, const struct range *r, size_t n)
{
	for (size_t i = 0; i < n && cp >= r[i].first; i++)
		if (cp <= r[i].last)
			return 1;
	return 0;
}

int text_has(char c, const char *also)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || (c && strchr(also, c));
}

int text_steers(uint32_t cp)
{
	return cp < 0x20 || (cp >= 0x7f && cp < 0xa0) || WITHIN(cp, hiding);
}

/* RFC 3629, section 4: the bounds of the second byte are what excludes
 * overlong forms, surrogates and code points past U+10FFFF. */
size_t text_utf8_char(const char *s, size_t len, uint32_t *cp)
{
	const unsigned char *p = (const unsigned char *)s;
	unsigned char low = 0x80, high = 0xbf;
	size_t n;
	uint32_t c;

	if (len == 0)
		return 0;
	c = p[0];
	if (c < 0x80) {
		n = 1;
	} else if (c >= 0xc2 && c <= 0xdf) {
		n = 2;
		c &= 0x1f;
	} else if (c >= 0xe0 && c <= 0xef) {
		n = 3;
		low = c == 0xe0 ? 0xa0 : 0x80;
		high = c == 0xed ? 0x9f : 0xbf;
		c &= 0x0f;
	} else if (c >= 0xf0 && c <= 0xf4) {
		n = 4;
		low = c == 0xf0 ? 0x90 : 0x80;
		high = c == 0xf4 ? 0x8f : 0xbf;
		c &= 0x07;
	} else {
		return 0;
	}
	if (n > len)
		return 0;
	for (size_t i = 1; i < n; i++) {
		if (p[i] < low || p[i] > high)
			return 0;
		c = c << 6 | (p[i] & 0x3f);
		low = 0x80;
		high = 0xbf;
	}
	if (cp)
		*cp = c;
	return n;
}

int text_utf8(const char *s, size_t len)
{
	size_t n;

	for (size_t i = 0; i < len; i += n) {
		n = text_utf8_char(s + i, len - i, NULL);
		if (!n)
			return 0;
	}
	return 1;
}

enum {
	/* More than any language stacks on one character; a pile would cover
	 * adjacent lines. */
	MARKS_MAX = 4
};

/* One character of input as a terminal may have it. */
struct glyph {
	size_t used; /* bytes of input */
	size_t len, columns;
	unsigned room; /* for marks on the last character */
	char text[16];
};

/* *g is zero before the first one. */
static void look(struct glyph *g, const char *s, size_t len)
{
	uint32_t cp = 0;
	int n = 0, mark;

	g->used = text_utf8_char(s, len, &cp);
	mark = WITHIN(cp, combining);
	if (!g->used || cp < 0x20 || cp == 0x7f) {
		g->used = 1;
		n = snprintf(g->text, sizeof(g->text), "\\x%02x",
		    (unsigned)(unsigned char)s[0]);
	} else if (text_steers(cp) || (mark && g->room == 0)) {
		n = snprintf(g->text, sizeof(g->text), "\\u{%x}", (unsigned)cp);
	}
	if (n > 0) {
		g->len = g->columns = (size_t)n;
		g->room = 0;
		return;
	}
	memcpy(g->text, s, g->used);
	g->len = g->used;
	g->columns = mark ? 0 : WITHIN(cp, wide) ? 2 : 1;
	g->room = mark ? g->room - 1 : MARKS_MAX;
}

void text_safe(struct buf *out, const char *s, size_t len, size_t max_columns)
{
	size_t dots = max_columns < 3 ? max_columns : 3;
	size_t columns = 0, cut_at = out->len;
	struct glyph g = {0};

	for (size_t i = 0; i < len; i += g.used) {
		look(&g, s + i, len - i);
		if (g.columns > max_columns - columns) {
			buf_truncate(out, cut_at);
			buf_add(out, "...", dots);
			return;
		}
		buf_add(out, g.text, g.len);
		columns += g.columns;
		if (columns <= max_columns - dots)
			cut_at = out->len;
	}
}

/* Only characters that are not special to any shell, anywhere in a word. */
int text_is_plain(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!text_has(s[i], "-_./:@%+,"))
			return 0;
	return len != 0;
}

void text_word(struct buf *out, const char *s, size_t len)
{
	struct glyph g = {0};

	if (text_is_plain(s, len)) {
		buf_add(out, s, len);
		return;
	}
	buf_addc(out, '\'');
	for (size_t i = 0; i < len; i += g.used) {
		look(&g, s + i, len - i);
		if (s[i] == '\'')
			buf_adds(out, "'\\''");
		else
			buf_add(out, g.text, g.len);
	}
	buf_addc(out, '\'');
}

void text_value(struct buf *out, const char *s, size_t len, size_t max_columns)
{
	struct glyph g = {0};
	size_t columns = 0, i = 0;

	if (text_is_plain(s, len) && len <= max_columns) {
		buf_add(out, s, len);
		return;
	}
	buf_addc(out, '\'');
	for (; i < len; i += g.used) {
		look(&g, s + i, len - i);
		if (g.columns > max_columns - columns)
			break;
		columns += g.columns;
		if (s[i] == '\'')
			buf_adds(out, "'\\''");
		else
			buf_add(out, g.text, g.len);
	}
	buf_addc(out, '\'');
	if (i < len)
		buf_adds(out, "...");
}

size_t text_columns(const char *s, size_t len)
{
	size_t columns = 0;
	struct glyph g = {0};

	for (size_t i = 0; i < len; i += g.used) {
		look(&g, s + i, len - i);
		columns += g.columns;
	}
	return columns;
}

int text_number(const char *s, size_t len, long min, long max, long *value)
{
	long v = 0;

	if (len == 0 || (len > 1 && s[0] == '0'))
		return ERR_FORMAT;
	for (size_t i = 0; i < len; i++) {
		int digit = s[i] - '0';

		if (digit < 0 || digit > 9 || v > (LONG_MAX - digit) / 10)
			return ERR_FORMAT;
		v = v * 10 + digit;
	}
	if (v < min || v > max)
		return ERR_FORMAT;
	*value = v;
	return 0;
}

char *text_dup(const char *s)
{
	return s ? strdup(s) : NULL;
}
