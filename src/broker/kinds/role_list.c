/*
 * Role names in a list that can't be displayed or requested: each is left out
 * and counted, and does not hide the others.
 */

#include "broker/kinds/pieces.h"

#include <string.h>

#include "base/core/text.h"
#include "base/sys/fault.h"

enum {
	MAX_NAME = 2048,
	ESCAPE = 6, /* \uXXXX */
};

/* U+FFFD, the replacement character. */
#define NO_CHARACTER "\xef\xbf\xbd"

int provider_is_role(const char *name, size_t len)
{
	return name && len > 0 && len <= MAX_NAME && strlen(name) == len &&
	       fault_shows(name, len) && !strstr(name, NO_CHARACTER);
}

/* --- JSON that is invalid because of a character */

static int hex4(const char *s)
{
	int n = 0;

	for (int i = 0; i < 4; i++) {
		char c = s[i];
		int d = c >= '0' && c <= '9'   ? c - '0'
			: c >= 'a' && c <= 'f' ? c - 'a' + 10
			: c >= 'A' && c <= 'F' ? c - 'A' + 10
					       : -1;

		if (d < 0)
			return -1;
		n = n << 4 | d;
	}
	return n;
}

/* The code unit of an escape that begins here, or -1. */
static int unit(const char *s, size_t len)
{
	return len >= ESCAPE && s[0] == '\\' && s[1] == 'u' ? hex4(s + 2) : -1;
}

/* An escape; that of a NUL or a lone surrogate becomes U+FFFD. */
static size_t mend_escape(struct buf *out, const char *s, size_t len)
{
	int u = unit(s, len), next;
	size_t n = u < 0 ? 2 : ESCAPE;

	if (n > len)
		n = len;
	if (u >= 0xd800 && u < 0xdc00) {
		next = unit(s + ESCAPE, len - ESCAPE);
		if (next >= 0xdc00 && next < 0xe000)
			n = 2 * (size_t)ESCAPE;
		else
			u = 0;
	} else if (u >= 0xdc00 && u < 0xe000) {
		u = 0;
	}
	if (u == 0)
		buf_adds(out, NO_CHARACTER);
	else
		buf_add(out, s, n);
	return n;
}

/* Within a string. */
static size_t mend_one(struct buf *out, const char *s, size_t len)
{
	uint32_t cp;
	size_t n = text_utf8_char(s, len, &cp);

	if (*s == '\\')
		return mend_escape(out, s, len);
	if (n == 0 || (unsigned char)*s < ' ') {
		buf_adds(out, NO_CHARACTER);
		return 1;
	}
	buf_add(out, s, n);
	return n;
}

static void mend(struct buf *out, const char *s, size_t len)
{
	int in_string = 0;
	size_t n;

	for (; len > 0; s += n, len -= n) {
		n = 1;
		if (*s == '"')
			in_string = !in_string;
		if (in_string && *s != '"')
			n = mend_one(out, s, len);
		else
			buf_addc(out, *s);
	}
}

int provider_list_object(const struct servers_entry *s,
    const struct http_answer *a, struct json **doc, struct err *e)
{
	struct http_answer mended = *a;
	int rc = provider_object(s, a, doc, e);

	if (rc != ERR_UPSTREAM || a->body.len == 0)
		return rc;
	buf_init(&mended.body, 3 * HTTP_MAX_BODY);
	mend(&mended.body, (const char *)a->body.data, a->body.len);
	if (mended.body.failed)
		rc = err_set(e, ERR_NOMEM, "the broker is out of memory");
	else
		rc = provider_object(s, &mended, doc, e);
	buf_release(&mended.body);
	return rc;
}
