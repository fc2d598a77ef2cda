#include "front/servers/sso_url.h"

#include <string.h>
#include <strings.h>

#include "base/core/url.h"
#include "base/sys/plat.h"
#include "front/client/client.h"

enum {
	ANSWER_MS = 60000, /* longer than the broker gives a server */
};

/* 1 if it ends in a slash that is not the whole path. */
static int has_slash(struct buf *url)
{
	const char *path = strchr(url_host(buf_str(url)), '/');
	size_t len = path != NULL ? strlen(path) : 0;

	return len > 1 && path[len - 1] == '/';
}

int sso_url_tidy(struct buf *out, const char *url, struct err *e)
{
	struct buf bare = BUF_INIT(URL_MAX), normal = BUF_INIT(URL_MAX + 1);
	const char *why;

	buf_add(&bare, url, strcspn(url, "#?"));
	why = bare.failed
		  ? "it is too long"
		  : url_fault(buf_str(&bare), URL_HTTPS | URL_HTTP_LOOPBACK);
	if (why == NULL) {
		url_normal(&normal, buf_str(&bare));
		while (has_slash(&normal))
			buf_truncate(&normal, normal.len - 1);
		buf_adds(out, buf_str(&normal));
	}
	buf_release(&bare);
	buf_release(&normal);
	return why == NULL ? 0
			   : err_set(e, ERR_USAGE, "the start URL: %s", why);
}

static int ends_in(const char *s, size_t len, const char *tail)
{
	size_t n = strlen(tail);

	return len > n && strncasecmp(s + len - n, tail, n) == 0;
}

int sso_url_is_portal(const char *url)
{
	static const char *const tails[] = {
	    ".awsapps.com", ".app.aws", ".awsapps.cn"};
	const char *host = url_host(url);
	size_t len = strcspn(host, ":/");

	for (size_t i = 0; i < sizeof(tails) / sizeof(tails[0]); i++)
		if (ends_in(host, len, tails[i]))
			return 1;
	return 0;
}

int sso_url_resolve(struct buf *url, struct err *e)
{
	struct message m = {.type = WIRE_START_URL, .url = buf_str(url)};
	struct buf tidy = BUF_INIT(URL_MAX + 1);
	struct client c;
	int r = client_ask(&c, CLIENT_SPAWN, plat_ms() + ANSWER_MS, &m, &m, e);

	if (r == 0)
		r = sso_url_tidy(&tidy, m.url, e);
	if (r == 0) {
		buf_clear(url);
		buf_adds(url, buf_str(&tidy));
	}
	client_close(&c);
	buf_release(&tidy);
	return r;
}
