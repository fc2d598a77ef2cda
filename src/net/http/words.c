#include "net/http/words.h"

#include <stdio.h>
#include <string.h>

#include "base/core/text.h"

enum {
	NAME_COLUMNS = 90,
	WORDS_COLUMNS = 300,
};

static void shown(
    const char *text, size_t len, size_t columns, char *out, size_t cap)
{
	struct buf b = BUF_INIT(cap - 1);

	text_safe(&b, text, len, columns);
	(void)snprintf(out, cap, "%s", buf_str(&b));
	buf_release(&b);
}

const char *words_shown(const char *text, char out[WORDS_NAME])
{
	shown(text, strlen(text), NAME_COLUMNS, out, WORDS_NAME);
	return out;
}

static int is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

int words_is_page(const struct http_answer *a)
{
	size_t i = 0;

	while (i < a->body.len && is_blank((char)a->body.data[i]))
		i++;
	return strcmp(a->content_type, "text/html") == 0 ||
	       strcmp(a->content_type, "application/xhtml+xml") == 0 ||
	       (i < a->body.len && a->body.data[i] == '<');
}

static int is_text(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (((unsigned char)s[i] < ' ' && !is_blank(s[i])) ||
		    s[i] == 0x7f)
			return 0;
	return text_utf8(s, len);
}

/* Joins lines and cuts the result. */
const char *words_text(const char *s, size_t len, char out[WORDS_TEXT])
{
	struct buf b = BUF_INIT(HTTP_MAX_BODY);
	int blank = 0;

	out[0] = '\0';
	for (size_t i = 0; is_text(s, len) && i < len; i++) {
		blank |= is_blank(s[i]);
		if (is_blank(s[i]))
			continue;
		buf_adds(&b, blank && b.len ? " " : "");
		buf_addc(&b, s[i]);
		blank = 0;
	}
	if (b.len > 0 && !b.failed) {
		memcpy(out, ": ", 2);
		shown((const char *)b.data, b.len, WORDS_COLUMNS, out + 2,
		    WORDS_TEXT - 2);
	}
	buf_release(&b);
	return out;
}

const char *words_value(const struct json_value *v, char out[WORDS_TEXT])
{
	size_t len = 0;
	const char *s = json_str(v, &len);

	return words_text(s ? s : "", len, out);
}

/* The human-readable part of a JSON error is in one of these. */
static void json_words(const struct http_answer *a, char out[WORDS_TEXT])
{
	static const char *const keys[] = {
	    "message", "Message", "error_description", "error"};
	const struct json_value *root;
	struct json *doc;

	if (json_parse(&doc, a->body.data, a->body.len, NULL) < 0)
		return;
	root = json_root(doc);
	(void)words_value(root, out);
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]) && !*out; i++)
		(void)words_value(json_get(root, keys[i]), out);
	json_free(doc);
}

const char *words_of(const struct http_answer *a, char out[WORDS_TEXT])
{
	out[0] = '\0';
	if (a->body.len == 0 || words_is_page(a))
		return out;
	if (a->body.data[0] == '{' ||
	    strcmp(a->content_type, "application/json") == 0)
		json_words(a, out);
	else
		(void)words_text((const char *)a->body.data, a->body.len, out);
	return out;
}
