#include "front/servers/sso_url.h"

#include <string.h>
#include <strings.h>

#include "base/core/url.h"
#include "base/sys/plat.h"
#include "front/client/client.h"

enum {
	ANSWER_MS = 60000, /* more than the broker gives a server */
};

/* Whether it ends in a slash that is not the whole path. */
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
	struct buf request = BUF_INIT(8192);
	size_t at = client_begin(&request, WIRE_START_URL);
	char to[URL_MAX + 1];
	struct wire_frame f;
	struct wire_iter it;
	struct wire_field field;
	struct client c;
	struct buf tidy;
	int r;

	wire_puts(&request, WIRE_F_URL, buf_str(url));
	wire_end(&request, at);
	r = client_ask(
	    &c, CLIENT_SPAWN, plat_ms() + ANSWER_MS, &request, &f, e);
	if (r == 0) {
		wire_iter_init(&it, f.body, f.len);
		if (wire_next(&it, &field) <= 0 || field.tag != WIRE_F_URL ||
		    wire_text(&field, to, sizeof(to)) < 0)
			r = client_nonsense(e);
	}
	client_close(&c);
	buf_release(&request);
	buf_init(&tidy, URL_MAX + 1);
	if (r == 0)
		r = sso_url_tidy(&tidy, to, e);
	if (r == 0) {
		buf_clear(url);
		buf_adds(url, buf_str(&tidy));
	}
	buf_release(&tidy);
	return r;
}
