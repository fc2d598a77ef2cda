#include "net/aws/query_api.h"

#include <string.h>

#include "base/core/url.h"
#include "net/aws/sigv4.h"

enum {
	MAX_FIELD = 4096,
	MAX_TOKEN = 8 * 1024,
};

#define CONTENT_TYPE "application/x-www-form-urlencoded; charset=utf-8"

void query_api_add(struct buf *body, const char *key, const char *value)
{
	if (!value)
		return;
	buf_adds(body, body->len ? "&" : "");
	buf_adds(body, key);
	buf_addc(body, '=');
	url_encode(body, value, strlen(value), "");
}

static void add_part(struct buf *b, const struct credential *c,
    const struct credential_part *part)
{
	buf_add(b, credential_text(c, part), part->len);
}

struct signing {
	struct buf url, key_id, token, authorization;
	char time[SIGV4_TIME];
	char host[URL_MAX + 1];
	const char *path;
};

/* The host is signed as it is sent: without a default port, even if the setting
 * has one. */
static int split(const char *url, struct signing *s)
{
	const char *whole, *at;
	size_t len;

	url_normal(&s->url, url);
	whole = buf_str(&s->url);
	at = url_host(whole);
	len = (size_t)(whole - at) + url_origin_len(whole);
	if (len == 0 || len >= sizeof(s->host))
		return -1;
	memcpy(s->host, at, len);
	s->host[len] = '\0';
	s->path = at + len;
	return 0;
}

static int sign(const struct query_api *q, const struct credential *by,
    struct signing *s, struct http_ask *ask, struct err *e)
{
	const struct sigv4_header headers[] = {
	    {"content-type", CONTENT_TYPE},
	    {"host", s->host},
	    {"x-amz-date", s->time},
	    {"x-amz-security-token", buf_str(&s->token)},
	};
	const struct sigv4_request r = {
	    .method = "POST",
	    .path = s->path,
	    .query = "",
	    .headers = headers,
	    .n_headers = 4,
	    .body = ask->body.data,
	    .body_len = ask->body.len,
	};
	const struct sigv4_scope scope = {q->now, q->region, q->service};

	return sigv4_authorization(&r, &scope, buf_str(&s->key_id),
	    credential_text(by, &by->secret_key), by->secret_key.len,
	    &s->authorization, e);
}

static void add_headers(const struct signing *s, struct http_ask *ask)
{
	http_ask_header(ask, "X-Amz-Date", s->time, strlen(s->time));
	http_ask_header(
	    ask, "X-Amz-Security-Token", s->token.data, s->token.len);
	http_ask_header(
	    ask, "Authorization", s->authorization.data, s->authorization.len);
	ask->content_type = CONTENT_TYPE;
}

int query_api_sign(const struct query_api *q, const struct credential *by,
    struct http_ask *ask, struct err *e)
{
	struct signing s = {.url = BUF_INIT(URL_MAX + 2),
	    .key_id = BUF_INIT(MAX_FIELD),
	    .token = BUF_INIT(MAX_TOKEN),
	    .authorization = BUF_INIT(MAX_FIELD)};
	int rc = 0;

	if (split(q->url, &s) < 0) {
		rc = err_set(e, ERR_FORMAT, "%s has no address", q->service);
		goto out;
	}
	sigv4_time(q->now, s.time);
	add_part(&s.key_id, by, &by->key_id);
	add_part(&s.token, by, &by->token);
	buf_adds(&ask->url, buf_str(&s.url));
	if (s.key_id.failed || s.token.failed || ask->body.failed ||
	    ask->url.failed)
		rc = err_set(e, ERR_NOMEM,
		    "a request to AWS is too long, or the broker is out of "
		    "memory");
	if (rc == 0)
		rc = sign(q, by, &s, ask, e);
	if (rc == 0)
		add_headers(&s, ask);
	if (rc == 0 && ask->headers.failed)
		rc = err_set(e, ERR_NOMEM, "the broker is out of memory");
out:
	buf_release(&s.url);
	buf_release(&s.key_id);
	buf_release(&s.token);
	buf_release(&s.authorization);
	if (rc < 0)
		http_ask_release(ask);
	return rc;
}
