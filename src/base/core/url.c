#include "base/core/url.h"

#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

#include "base/core/text.h"

enum {
	URL_ROOM = 8 * URL_MAX, /* for a URL from a server */
};

/* A piece of the URL, borrowed. */
struct part {
	const char *s;
	size_t len;
};

static int all_in(const struct part *p, const char *marks)
{
	for (size_t i = 0; i < p->len; i++)
		if (!text_has(p->s[i], marks))
			return 0;
	return 1;
}

static int is(const struct part *p, const char *text)
{
	return p->len == strlen(text) && strncasecmp(p->s, text, p->len) == 0;
}

/* Four decimal octets; *first is the first of them. */
static int is_ipv4(const struct part *p, long *first)
{
	const char *s = p->s, *end = p->s + p->len;

	for (int i = 0; i < 4; i++) {
		size_t n = 0;
		long octet;

		while (s + n < end && s[n] != '.')
			n++;
		if (text_number(s, n, 0, 255, &octet) < 0)
			return 0;
		if (i == 0)
			*first = octet;
		s += n;
		if (i < 3 && s++ == end)
			return 0;
	}
	return s == end;
}

static int is_loopback(const struct part *host)
{
	long first;

	return is(host, "localhost") || is(host, "[::1]") ||
	       (is_ipv4(host, &first) && first == 127);
}

/* A bracketed address; no zone, which only has meaning on this machine. */
static int is_ipv6(const struct part *p)
{
	char text[INET6_ADDRSTRLEN];
	struct in6_addr a;

	if (p->len < 4 || p->len - 2 >= sizeof(text) || p->s[p->len - 1] != ']')
		return 0;
	memcpy(text, p->s + 1, p->len - 2);
	text[p->len - 2] = '\0';
	return inet_pton(AF_INET6, text, &a) == 1;
}

static const char *host_fault(const struct part *host)
{
	size_t last = host->len;
	long first;

	if (host->len == 0)
		return "it has no host";
	if (host->s[0] == '[')
		return is_ipv6(host) ? NULL : "its host is no IPv6 address";
	if (!all_in(host, "-._") || host->s[0] == '.' || host->s[0] == '-')
		return "its host is no name of letters, digits, - and .";
	/* A name that ends in a number is an IPv4 address (perhaps octal or
	 * short) to some parsers and a name to others. */
	while (last > 0 && host->s[last - 1] != '.')
		last--;
	if (last < host->len && host->s[last] >= '0' && host->s[last] <= '9' &&
	    !is_ipv4(host, &first))
		return "its host is neither a name nor an IPv4 address";
	return NULL;
}

static const char *authority_fault(
    const struct part *whole, unsigned allowed, struct part *host)
{
	const char *end = whole->s + whole->len, *p = end;
	struct part user = {whole->s, 0};
	long port;

	while (p > whole->s && p[-1] != '@')
		p--;
	if (p > whole->s) {
		user.len = (size_t)(p - 1 - whole->s);
		if (!(allowed & URL_USER))
			return "it may not hold a user name";
		if (!all_in(&user, "-._~!$&'()*+,;=:%"))
			return "its user name or password has characters that "
			       "must be written as %XX";
	}
	host->s = p;
	if (p < end && *p == '[')
		while (p < end && *p != ']')
			p++;
	while (p < end && *p != ':')
		p++;
	host->len = (size_t)(p - host->s);
	if (host->len > 0 && host->s[0] == '[' && host->s[host->len - 1] != ']')
		return "its host is no IPv6 address";
	if (p < end &&
	    text_number(p + 1, (size_t)(end - p - 1), 1, 65535, &port) < 0)
		return "its port is no number from 1 to 65535";
	return host_fault(host);
}

static const char *scheme_fault(
    const struct part *scheme, unsigned allowed, const struct part *host)
{
	if (is(scheme, "https") && (allowed & URL_HTTPS))
		return NULL;
	if (is(scheme, "http") && (allowed & URL_HTTP))
		return NULL;
	if (is(scheme, "http") && (allowed & URL_HTTP_LOOPBACK))
		return is_loopback(host)
			   ? NULL
			   : "it must begin with https:// (http:// only to "
			     "this machine)";
	if ((is(scheme, "socks5") || is(scheme, "socks5h")) &&
	    (allowed & URL_SOCKS))
		return NULL;
	if (allowed & URL_SOCKS)
		return "it must begin with http://, https://, socks5:// or "
		       "socks5h://";
	return "it must begin with https://";
}

static const char *bytes_fault(const char *s)
{
	if (strlen(s) > URL_MAX)
		return "it is longer than 2048 bytes";
	for (; *s != '\0'; s++)
		if (*s <= ' ' || *s >= 0x7f || strchr("\\\"<>^`{|}", *s))
			return "it has blanks or characters that must be "
			       "written as %XX";
	return NULL;
}

const char *url_fault(const char *url, unsigned allowed)
{
	struct part scheme = {url, 0}, authority, host = {url, 0};
	const char *colon = strstr(url, "://"), *rest;
	const char *why = bytes_fault(url);

	if (why != NULL)
		return why;
	if (colon == NULL)
		return scheme_fault(&scheme, allowed, &host);
	scheme.len = (size_t)(colon - url);
	authority.s = colon + 3;
	authority.len = strcspn(authority.s, "/?#");
	rest = authority.s + authority.len;
	why = authority_fault(&authority, allowed, &host);
	if (why == NULL)
		why = scheme_fault(&scheme, allowed, &host);
	if (why != NULL)
		return why;
	if (strchr(rest, '#') != NULL)
		return "it may not have a # part";
	if (!(allowed & URL_QUERY) && strchr(rest, '?') != NULL)
		return "it may not have a ? part";
	if ((allowed & URL_NO_PATH) && strcmp(rest, "/") != 0 && *rest != '\0')
		return "it may have nothing behind the host and port";
	return NULL;
}

const char *url_reference_fault(const char *ref, unsigned allowed)
{
	const char *why = bytes_fault(ref);
	size_t segment = strcspn(ref, "/?#");

	if (why != NULL)
		return why;
	if (*ref == '\0')
		return "it is empty";
	/* RFC 3986, 4.2: a colon in the first segment ends a scheme. */
	if (memchr(ref, ':', segment) != NULL)
		return url_fault(ref, allowed | URL_QUERY);
	if (ref[0] == '/' && ref[1] == '/')
		return "it must say https:// where it names a host";
	if (strchr(ref, '#') != NULL)
		return "it may not have a # part";
	return NULL;
}

static void add_lower(struct buf *out, const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		buf_addc(
		    out, (char)(s[i] >= 'A' && s[i] <= 'Z' ? s[i] - 'A' + 'a'
							   : s[i]));
}

void url_normal(struct buf *out, const char *url)
{
	struct part scheme = {url, strcspn(url, ":")}, port = {NULL, 0};
	const char *host = url + scheme.len;
	size_t len;

	host += strspn(host, ":/");
	len = strcspn(host, "/?#");
	while (port.len < len && host[len - port.len - 1] != ':')
		port.len++;
	port.s = host + len - port.len;
	/* In an IPv6 address without a port this is its end, with the ]. */
	if (port.len < len && ((is(&scheme, "https") && is(&port, "443")) ||
				  (is(&scheme, "http") && is(&port, "80"))))
		add_lower(out, url, (size_t)(port.s - 1 - url));
	else
		add_lower(out, url, (size_t)(host + len - url));
	if (host[len] != '/')
		buf_addc(out, '/');
	buf_adds(out, host + len);
}

const char *url_host(const char *url)
{
	const char *colon = strstr(url, "://");

	return colon != NULL ? colon + 3 : url;
}

size_t url_origin_len(const char *url)
{
	const char *host = url_host(url);

	return (size_t)(host - url) + strcspn(host, "/?#");
}

void url_origin(struct buf *out, const char *url)
{
	size_t from = out->len;

	url_normal(out, url);
	buf_truncate(out, from + url_origin_len(buf_str(out) + from));
}

int url_same_origin(const char *a, const char *b)
{
	struct buf x = BUF_INIT(URL_ROOM), y = BUF_INIT(URL_ROOM);
	int same;

	url_origin(&x, a);
	url_origin(&y, b);
	same = !x.failed && !y.failed && strcmp(buf_str(&x), buf_str(&y)) == 0;
	buf_release(&x);
	buf_release(&y);
	return same;
}

void url_encode(struct buf *out, const char *s, size_t len, const char *also)
{
	static const char hex[] = "0123456789ABCDEF";

	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)s[i];

		if (text_has(s[i], "-._~") || text_has(s[i], also)) {
			buf_addc(out, s[i]);
			continue;
		}
		buf_addc(out, '%');
		buf_addc(out, hex[c >> 4]);
		buf_addc(out, hex[c & 15]);
	}
}

void url_shown(struct buf *out, const char *url)
{
	const char *colon = strstr(url, "://");
	const char *at = strrchr(url, '@');

	if (at == NULL) {
		buf_adds(out, url);
		return;
	}
	if (colon != NULL && colon < at)
		buf_add(out, url, (size_t)(colon + 3 - url));
	buf_adds(out, at + 1);
}
