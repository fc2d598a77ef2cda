#include "net/http/header.h"

#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/core/text.h"

enum {
	MAX_DATE = 64,
	MAX_RETRY = 24 * 60 * 60, /* upper limit */
};

/* The three formats a recipient must accept (RFC 9110, 5.6.7). */
static int64_t date_of(const char *s, size_t len)
{
	static const char *const forms[] = {"%a, %d %b %Y %H:%M:%S GMT",
	    "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"};
	char text[MAX_DATE];

	if (len >= sizeof(text))
		return 0;
	memcpy(text, s, len);
	text[len] = '\0';
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		struct tm tm = {0};
		const char *end = strptime(text, forms[i], &tm);
		time_t t = end && *end == '\0' ? timegm(&tm) : 0;

		if (t > 0)
			return t;
	}
	return 0;
}

static void take_type(struct http_head *h, const char *s, size_t len)
{
	size_t n = 0;

	while (n < len && s[n] != ';' && s[n] != ' ' && s[n] != '\t')
		n++;
	if (n >= sizeof(h->content_type))
		n = 0;
	for (size_t i = 0; i < n; i++)
		h->content_type[i] =
		    (char)(s[i] >= 'A' && s[i] <= 'Z' ? s[i] - 'A' + 'a'
						      : s[i]);
	h->content_type[n] = '\0';
}

static void take_retry(struct http_head *h, const char *s, size_t len)
{
	size_t digits = 0;
	long n;

	h->retry_after = -1;
	while (digits < len && s[digits] >= '0' && s[digits] <= '9')
		digits++;
	if (text_number(s, len, 0, MAX_RETRY, &n) == 0)
		h->retry_after = n;
	else if (digits > 0 && digits == len && s[0] != '0')
		h->retry_after = MAX_RETRY;
	else
		h->retry_at = date_of(s, len);
}

static int is_name(char c)
{
	return text_has(c, "_.-");
}

/* Takes the error name out of "com.example#SomeException:http://...". */
static void take_error(struct http_head *h, const char *s, size_t len)
{
	const char *colon = memchr(s, ':', len);
	const char *end = colon ? colon : s + len, *from = end;
	size_t n = 0;

	while (from > s && from[-1] != '#')
		from--;
	s = from;
	while (s + n < end && is_name(s[n]))
		n++;
	if (s + n < end || n >= sizeof(h->error_type))
		n = 0;
	memcpy(h->error_type, s, n);
	h->error_type[n] = '\0';
}

static void take_location(struct http_head *h, const char *s, size_t len)
{
	size_t n = 0;

	while (n < len && s[n] > ' ' && s[n] < 0x7f &&
	       !strchr("\\\"<>^`{|}", s[n]))
		n++;
	if (n < len || n >= sizeof(h->location))
		n = 0;
	memcpy(h->location, s, n);
	h->location[n] = '\0';
}

static int is(const char *line, size_t len, const char *name)
{
	return len == strlen(name) && strncasecmp(line, name, len) == 0;
}

void http_head_line(struct http_head *h, const char *line, size_t len)
{
	const char *colon, *value;
	size_t name;

	if (len >= 5 && memcmp(line, "HTTP/", 5) == 0) {
		/* The previous header was an interim answer's. */
		memset(h, 0, sizeof(*h));
		h->retry_after = -1;
		return;
	}
	colon = memchr(line, ':', len);
	if (!colon)
		return;
	name = (size_t)(colon - line);
	value = colon + 1;
	len -= name + 1;
	while (len > 0 && (*value == ' ' || *value == '\t')) {
		value++;
		len--;
	}
	while (len > 0 && strchr(" \t\r\n", value[len - 1]))
		len--;
	if (is(line, name, "content-type"))
		take_type(h, value, len);
	else if (is(line, name, "date"))
		h->date = date_of(value, len);
	else if (is(line, name, "retry-after"))
		take_retry(h, value, len);
	else if (is(line, name, "x-amzn-errortype"))
		take_error(h, value, len);
	else if (is(line, name, "location"))
		take_location(h, value, len);
}

void http_head_end(struct http_head *h, int64_t now, struct http_answer *a)
{
	int64_t wait = h->retry_after;

	memcpy(a->content_type, h->content_type, sizeof(a->content_type));
	memcpy(a->error_type, h->error_type, sizeof(a->error_type));
	a->location = a->status / 100 == 3 && *h->location ? h->location : NULL;
	a->date = h->date;
	if (wait < 0 && h->retry_at > 0) {
		/* By the server's own clock, which may differ from ours. */
		wait = h->retry_at - (h->date > 0 ? h->date : now);
		wait = wait < 0 ? 0 : wait > MAX_RETRY ? MAX_RETRY : wait;
	}
	a->retry_after = wait;
}
