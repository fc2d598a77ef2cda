#include "base/core/jsonout.h"

#include <inttypes.h>
#include <string.h>

#include "base/core/text.h"

void jsonout_init(struct jsonout *o, struct buf *buf, int pretty)
{
	*o = (struct jsonout){.buf = buf, .pretty = pretty, .first = 1};
}

static void new_line(struct jsonout *o)
{
	if (!o->pretty)
		return;
	buf_addc(o->buf, '\n');
	for (int i = 0; i < o->depth; i++)
		buf_add(o->buf, "  ", 2);
}

/* Writes what goes before a key, an element, or a key's value. */
static void lead(struct jsonout *o)
{
	if (o->after_key) {
		o->after_key = 0;
		return;
	}
	if (!o->depth)
		return;
	if (!o->first)
		buf_addc(o->buf, ',');
	o->first = 0;
	new_line(o);
}

void jsonout_begin(struct jsonout *o, char bracket)
{
	lead(o);
	buf_addc(o->buf, bracket);
	o->depth++;
	o->first = 1;
}

void jsonout_end(struct jsonout *o, char bracket)
{
	o->depth--;
	if (!o->first)
		new_line(o);
	o->first = 0;
	buf_addc(o->buf, bracket);
}

static void add_escaped(struct buf *b, uint32_t cp)
{
	static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
	const char *p = cp && cp < 0x80 ? strchr(from, (int)cp) : NULL;

	if (p) {
		buf_addc(b, '\\');
		buf_addc(b, to[p - from]);
	} else if (cp < 0x10000) {
		buf_addf(b, "\\u%04x", (unsigned)cp);
	} else {
		buf_addf(b, "\\u%04x\\u%04x",
		    0xd800 | (unsigned)((cp - 0x10000) >> 10),
		    0xdc00 | (unsigned)(cp & 0x3ff));
	}
}

/* Appends runs of unescaped bytes in one go. */
static void add_string(struct buf *b, const char *s, size_t len)
{
	size_t run = 0, i = 0;

	buf_addc(b, '"');
	while (i < len) {
		uint32_t cp = 0;
		size_t n = text_utf8_char(s + i, len - i, &cp);

		if (n && cp != '"' && cp != '\\' && !text_steers(cp)) {
			i += n;
			continue;
		}
		buf_add(b, s + run, i - run);
		if (n)
			add_escaped(b, cp);
		else
			buf_adds(b, "\xef\xbf\xbd");
		i += n ? n : 1;
		run = i;
	}
	if (run < len)
		buf_add(b, s + run, len - run);
	buf_addc(b, '"');
}

void jsonout_key(struct jsonout *o, const char *key)
{
	lead(o);
	add_string(o->buf, key, strlen(key));
	buf_adds(o->buf, o->pretty ? ": " : ":");
	o->after_key = 1;
}

void jsonout_str(struct jsonout *o, const char *s)
{
	if (s)
		jsonout_strn(o, s, strlen(s));
	else
		jsonout_null(o);
}

void jsonout_strn(struct jsonout *o, const char *s, size_t len)
{
	lead(o);
	add_string(o->buf, s, len);
}

void jsonout_int(struct jsonout *o, int64_t n)
{
	lead(o);
	buf_addf(o->buf, "%" PRId64, n);
}

void jsonout_bool(struct jsonout *o, int b)
{
	lead(o);
	buf_adds(o->buf, b ? "true" : "false");
}

void jsonout_null(struct jsonout *o)
{
	lead(o);
	buf_adds(o->buf, "null");
}

void jsonout_member(struct jsonout *o, const char *key, const char *s)
{
	jsonout_key(o, key);
	jsonout_str(o, s);
}

void jsonout_member_int(struct jsonout *o, const char *key, int64_t n)
{
	jsonout_key(o, key);
	jsonout_int(o, n);
}

void jsonout_member_bool(struct jsonout *o, const char *key, int b)
{
	jsonout_key(o, key);
	jsonout_bool(o, b);
}

void jsonout_open(struct jsonout *o, const char *key, char bracket)
{
	jsonout_key(o, key);
	jsonout_begin(o, bracket);
}
