#include "net/http/ask.h"

#include <string.h>

enum {
	MAX_HEADERS = 64 * 1024,
	OFF = 60, /* seconds; smaller differences are ignored */
};

void http_ask_init(struct http_ask *a)
{
	buf_init(&a->url, HTTP_MAX_URL);
	buf_init(&a->headers, MAX_HEADERS);
	buf_init(&a->body, HTTP_MAX_REQUEST);
	a->content_type = NULL;
	a->head = 0;
}

void http_ask_release(struct http_ask *a)
{
	buf_release(&a->url);
	buf_release(&a->headers);
	buf_release(&a->body);
}

/* A line break would inject a header (RFC 9110, 5.5). */
static int has_controls(const unsigned char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (s[i] < ' ' || s[i] == 0x7f)
			return 1;
	return 0;
}

static int is_blank(const unsigned char *s, size_t len)
{
	while (len > 0 && s[len - 1] == ' ')
		len--;
	return len == 0;
}

void http_ask_header(
    struct http_ask *a, const char *name, const void *value, size_t len)
{
	if (has_controls(value, len))
		a->headers.failed = 1;
	buf_adds(&a->headers, name);
	if (is_blank(value, len)) {
		/* libcurl drops "Name:" and takes "Name;" for an empty
		 * value. */
		buf_addc(&a->headers, ';');
	} else {
		buf_adds(&a->headers, ": ");
		buf_add(&a->headers, value, len);
	}
	buf_addc(&a->headers, '\0');
}

int64_t http_answer_ahead(const struct http_answer *a, int64_t now)
{
	int64_t ahead = a->date - now;

	return a->date && (ahead >= OFF || ahead <= -OFF) ? ahead : 0;
}
