#include "net/http/query.h"

#include <string.h>

enum {
	MAX_NAME = 64, /* longer names are none of ours */
};

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Appends s decoded.  Validates all of it even if it does not fit. */
static int decode(struct buf *out, const char *s, size_t len, struct err *e)
{
	for (size_t i = 0; i < len; i++) {
		char c = s[i];

		if (c <= ' ' || c >= 0x7f)
			return err_set(e, ERR_FORMAT,
			    "it holds a byte that must be written as %%XX");
		if (c == '+') {
			c = ' ';
		} else if (c == '%') {
			int high = len - i > 2 ? hex(s[i + 1]) : -1;
			int low = high < 0 ? -1 : hex(s[i + 2]);

			if (low < 0 || (high | low) == 0)
				return err_set(
				    e, ERR_FORMAT, "it holds a broken %%XX");
			c = (char)(high << 4 | low);
			i += 2;
		}
		buf_addc(out, c);
	}
	return 0;
}

static struct query_field *field_of(
    struct query_field *fields, size_t n, const struct buf *name)
{
	for (size_t i = 0; !name->failed && i < n; i++)
		if (strlen(fields[i].name) == name->len &&
		    memcmp(fields[i].name, name->data, name->len) == 0)
			return &fields[i];
	return NULL;
}

/* name=value, or a name alone. */
static int take(const char *s, size_t len, struct query_field *fields, size_t n,
    struct err *e)
{
	struct buf name = BUF_INIT(MAX_NAME), nowhere = BUF_INIT(0);
	const char *equals = memchr(s, '=', len);
	size_t name_len = equals ? (size_t)(equals - s) : len;
	struct query_field *field = NULL;
	int rc;

	rc = decode(&name, s, name_len, e);
	if (rc == 0 && name_len)
		field = field_of(fields, n, &name);
	if (rc == 0 && field && field->found)
		rc = err_set(e, ERR_FORMAT, "it holds `%s` twice", field->name);
	if (rc == 0 && field)
		field->found = 1;
	if (rc == 0 && equals)
		rc = decode(field ? &field->value : &nowhere, equals + 1,
		    len - name_len - 1, e);
	if (rc == 0 && field && field->value.failed)
		rc = err_set(e, ERR_LIMIT, "its `%s` is too long", field->name);
	buf_release(&name);
	buf_release(&nowhere);
	return rc;
}

int query_parse(
    const char *text, struct query_field *fields, size_t n, struct err *e)
{
	size_t len;
	int rc = 0;

	if (strlen(text) > QUERY_MAX)
		return err_set(e, ERR_LIMIT, "it is too long");
	for (; rc == 0 && *text; text += len + (text[len] == '&')) {
		len = strcspn(text, "&");
		if (len)
			rc = take(text, len, fields, n, e);
	}
	return rc;
}

void query_release(struct query_field *fields, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_release(&fields[i].value);
}
