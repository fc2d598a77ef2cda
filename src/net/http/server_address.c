#include "net/http/server_address.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/config/proxies.h"
#include "base/core/text.h"
#include "base/core/url.h"

enum {
	/* libcurl's default port for proxies. */
	PROXY_PORT = 1080,
	HTTPS_PORT = 443,
};

void server_address_of(struct server_address *p, const char *url)
{
	const char *host = url_host(url), *end, *at, *colon;
	char probe[sizeof(p->name) + 8];
	size_t len;
	long port;

	memset(p, 0, sizeof(*p));
	end = url + url_origin_len(url);
	/* RFC 3986, 3.2.1: the user's part ends at the last "@". */
	for (at = end; at > host && at[-1] != '@';)
		at--;
	host = at;
	colon = *host == '[' ? memchr(host, ']', (size_t)(end - host)) : host;
	colon = colon ? memchr(colon, ':', (size_t)(end - colon)) : NULL;
	len = (size_t)((colon ? colon : end) - host);
	if (len == 0 || len >= sizeof(p->name))
		return;
	memcpy(p->name, host, len);
	(void)snprintf(p->shown, sizeof(p->shown), "%s", p->name);
	if (colon && text_number(colon + 1, (size_t)(end - colon - 1), 1, 65535,
			 &port) == 0) {
		p->port = (unsigned)port;
		(void)snprintf(
		    p->shown, sizeof(p->shown), "%s:%u", p->name, p->port);
	}
	/* url_fault() alone decides what counts as loopback. */
	(void)snprintf(probe, sizeof(probe), "http://%s", p->name);
	p->loopback = url_fault(probe, URL_HTTP_LOOPBACK) == NULL;
}

void server_address_of_proxy(struct server_address *p, const char *url)
{
	server_address_of(p, url);
	if (p->name[0] && p->port == 0)
		p->port = strncasecmp(url, "https:", 6) == 0 ? HTTPS_PORT
							     : PROXY_PORT;
}

const char *server_address_proxy(void)
{
	const char *name = proxies_first();

	return name ? getenv(name) : "";
}
