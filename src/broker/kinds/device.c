/*
 * Starting a device authorization (RFC 8628, sections 3.1 and 3.2).
 */

#include "broker/kinds/pieces.h"

#include <stdlib.h>
#include <string.h>

#include "base/core/text.h"
#include "base/core/url.h"

enum {
	MAX_CODE = 16 * 1024,
	MAX_USER_CODE = 64, /* characters; a person types it */
	SECONDS = 600,
	INTERVAL = 5,
	MAX_SECONDS = 24 * 3600,
};

int oauth_device_ask(const struct provider_at *at,
    const struct provider_flow *flow, struct http_ask *ask, struct err *e)
{
	const struct servers_entry *s = at->server;
	int rc = oauth_ask_begin(s,
	    s->device_endpoint ? s->device_endpoint : "oauth/device", ask, e);

	(void)flow;
	if (rc < 0)
		return rc;
	if (s->scope && *s->scope)
		oauth_field(&ask->body, "scope", s->scope);
	return oauth_ask_end(s, ask, e);
}

/* --- the answer */

static int no_memory(struct err *e)
{
	return err_set(e, ERR_NOMEM, "the broker has no memory for a login");
}

/* Some servers write numbers as strings. */
static int take_number(const struct json_value *root, const char *key,
    int64_t otherwise, int64_t *n, struct err *e)
{
	const struct json_value *v = json_get(root, key);
	size_t len = 0;
	const char *text = json_str(v, &len);
	long number = 0;

	*n = otherwise;
	if (json_kind(v) == JSON_NULL)
		return 0;
	if (text && text_number(text, len, 0, INT32_MAX, &number) == 0)
		*n = number;
	else if (text || json_int(v, n) < 0)
		return err_set(e, ERR_UPSTREAM,
		    "its \"%s\" is no whole number of seconds", key);
	return 0;
}

/* It is sent in a form, which can hold any character. */
static int take_code(const struct json_value *root, struct slab *slab,
    struct secret **code, struct err *e)
{
	size_t len = 0;
	const char *text = json_str(json_get(root, "device_code"), &len);

	if (!text || len == 0 || len > MAX_CODE)
		return err_set(e, ERR_UPSTREAM,
		    "its \"device_code\" is missing, empty, too long or no "
		    "string");
	return secret_new(code, slab, text, len) < 0 ? no_memory(e) : 0;
}

/* 1 if a person can type it: no control characters, including C1. */
static int is_user_code(const char *s, size_t len)
{
	size_t count = 0, n;
	uint32_t cp;

	for (; len > 0; s += n, len -= n, count++) {
		n = text_utf8_char(s, len, &cp);
		if (n == 0 || cp < ' ' || (cp >= 0x7f && cp < 0xa0))
			return 0;
	}
	return count > 0 && count <= MAX_USER_CODE;
}

static int take_user_code(
    const struct json_value *root, char **code, struct err *e)
{
	size_t len = 0;
	const char *text = json_str(json_get(root, "user_code"), &len);

	if (!text || !is_user_code(text, len))
		return err_set(e, ERR_UPSTREAM,
		    "its \"user_code\" is missing, or nothing that a person "
		    "can type");
	*code = strdup(text);
	return *code ? 0 : no_memory(e);
}

/* url_fault() rejects fragments, but some pages have their code there. */
int provider_is_page(const char *url, unsigned schemes)
{
	size_t len = strcspn(url, "#");
	struct buf b = BUF_INIT(URL_MAX);
	int is;

	buf_add(&b, url, len);
	is = len > 0 && !b.failed && strlen(url) <= URL_MAX &&
	     !url_fault(buf_str(&b), schemes | URL_QUERY);
	buf_release(&b);
	for (url += len; is && *url; url++)
		is = *url > ' ' && *url < 0x7f && !strchr("\\\"<>^`{|}", *url);
	return is;
}

/* Some servers still use the name from the drafts of RFC 8628.  NULL:
 * missing. */
static const struct json_value *uri_of(const struct json_value *root,
    const char *name, const char *of_drafts, const char **key)
{
	const struct json_value *v = json_get(root, name);

	*key = name;
	if (json_kind(v) != JSON_NULL)
		return v;
	v = json_get(root, of_drafts);
	if (json_kind(v) == JSON_NULL)
		return NULL;
	*key = of_drafts;
	return v;
}

static int take_page(
    const struct json_value *v, const char *key, char **page, struct err *e)
{
	const char *text = json_str(v, NULL);

	/* Some servers are on private networks; we send nothing secret
	 * there. */
	if (!text || !provider_is_page(text, URL_HTTPS | URL_HTTP))
		return err_set(e, ERR_UPSTREAM,
		    "its \"%s\" is no URL that a browser can be sent to", key);
	*page = strdup(text);
	return *page ? 0 : no_memory(e);
}

static int take_pages(
    const struct json_value *root, struct provider_device *d, struct err *e)
{
	const struct json_value *v;
	const char *key;
	int rc;

	v = uri_of(root, "verification_uri", "verification_url", &key);
	rc = take_page(v, key, &d->uri, e);
	if (rc < 0)
		return rc;
	v = uri_of(root, "verification_uri_complete",
	    "verification_url_complete", &key);
	/* Treat empty as missing. */
	if (!v || (json_str(v, NULL) && !*json_str(v, NULL)))
		return 0;
	return take_page(v, key, &d->complete, e);
}

static int take_device(const struct json_value *root, struct slab *slab,
    struct provider_device *d, struct err *e)
{
	int rc = take_code(root, slab, &d->code, e);

	if (rc == 0)
		rc = take_user_code(root, &d->user_code, e);
	if (rc == 0)
		rc = take_pages(root, d, e);
	if (rc == 0)
		rc = take_number(root, "expires_in", SECONDS, &d->seconds, e);
	if (rc == 0)
		rc = take_number(root, "interval", INTERVAL, &d->interval, e);
	if (rc < 0)
		return rc;
	if (d->seconds <= 0)
		return err_set(e, ERR_UPSTREAM, "the code has expired already");
	if (d->interval <= 0)
		d->interval = INTERVAL;
	if (d->seconds > MAX_SECONDS)
		d->seconds = MAX_SECONDS;
	if (d->interval > MAX_SECONDS)
		d->interval = MAX_SECONDS;
	return 0;
}

int oauth_device_take(const struct provider_at *at, const struct http_answer *a,
    struct provider_device *d, struct err *e)
{
	struct json *doc;
	struct err why;
	int rc;

	memset(d, 0, sizeof(*d));
	rc = oauth_answer(at->server, OAUTH_DEVICE, a, &doc, e);
	if (rc < 0)
		return rc;
	rc = take_device(json_root(doc), at->slab, d, &why);
	json_free(doc);
	if (rc == 0)
		return 0;
	provider_device_release(d);
	return provider_useless(at->server, rc, &why, e);
}
