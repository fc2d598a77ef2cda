/*
 * Logins of IAM Identity Center, over its OIDC service: clients that register
 * themselves, the authorization code with PKCE, the device authorization.
 */

#include "broker/kinds/sso.h"

#include <stdlib.h>
#include <string.h>

#include "base/core/jsonout.h"
#include "base/core/url.h"
#include "net/http/words.h"

enum {
	MAX_NAME = 128, /* of a client */
	MAX_INTERVAL = 600,
	INTERVAL = 5, /* where none is given (RFC 8628, section 3.2) */
};

/* As registered: any port is accepted later (RFC 8252, section 7.3). */
#define REDIRECT_URI  "http://127.0.0.1/oauth/callback"
#define DEVICE_GRANT  "urn:ietf:params:oauth:grant-type:device_code"
#define CODE_GRANT    "authorization_code"
#define REFRESH_GRANT "refresh_token"

/* --- requests */

static void secret_member(
    struct jsonout *o, const char *key, const struct secret *s)
{
	jsonout_key(o, key);
	jsonout_strn(o, secret_bytes(s), secret_len(s));
}

static int begin(const struct provider_at *at, const char *path,
    struct http_ask *ask, struct jsonout *o, struct err *e)
{
	int rc = sso_begin(at, AWS_OIDC, path, ask, e);

	if (rc < 0)
		return rc;
	ask->content_type = "application/json";
	jsonout_init(o, &ask->body, 0);
	jsonout_begin(o, '{');
	return 0;
}

static int end(const struct provider_at *at, struct http_ask *ask,
    struct jsonout *o, struct err *e)
{
	jsonout_end(o, '}');
	return provider_asked(at->server, ask, e);
}

/* The service refuses all but plain names: no blanks, for one. */
static void client_name(struct jsonout *o, const char *id)
{
	struct buf b = BUF_INIT(MAX_NAME);

	buf_adds(&b, "mairu-");
	for (; *id && b.len < MAX_NAME; id++)
		if (*id > ' ' && *id < 0x7f)
			buf_addc(&b, *id);
	jsonout_key(o, "clientName");
	jsonout_strn(
	    o, b.failed ? "mairu" : (const char *)b.data, b.failed ? 5 : b.len);
	buf_release(&b);
}

/* Each an element of its own, which the file of the server has too. */
static void scopes(struct jsonout *o, const char *scope)
{
	size_t len;

	if (!scope || !*scope)
		return;
	jsonout_open(o, "scopes", '[');
	for (; *scope; scope += len) {
		scope += strspn(scope, " ");
		len = strcspn(scope, " ");
		if (len > 0)
			jsonout_strn(o, scope, len);
	}
	jsonout_end(o, ']');
}

int sso_client_ask(const struct provider_at *at, enum servers_grant g,
    struct http_ask *ask, struct err *e)
{
	const struct servers_entry *s = at->server;
	struct jsonout o;
	int rc = begin(at, "/client/register", ask, &o, e);

	if (rc < 0)
		return rc;
	client_name(&o, s->id);
	jsonout_member(&o, "clientType", "public");
	scopes(&o, s->scope);
	/* A client can't have both grants.  The default is the device grant. */
	if (g == SERVERS_CODE) {
		jsonout_open(&o, "grantTypes", '[');
		jsonout_str(&o, CODE_GRANT);
		jsonout_str(&o, REFRESH_GRANT);
		jsonout_end(&o, ']');
		jsonout_open(&o, "redirectUris", '[');
		jsonout_str(&o, REDIRECT_URI);
		jsonout_end(&o, ']');
		jsonout_member(&o, "issuerUrl", s->url);
	}
	return end(at, ask, &o, e);
}

static void add_field(struct buf *b, const char *key, const char *value)
{
	buf_addf(b, "&%s=", key);
	url_encode(b, value, strlen(value), "");
}

int sso_authorize(const struct provider_at *at,
    const struct provider_flow *flow, struct buf *url, struct err *e)
{
	const struct servers_entry *s = at->server;
	const struct aws_asked asked = {AWS_OIDC, s->region, at->settings};
	struct buf b = BUF_INIT(HTTP_MAX_URL);
	struct aws_endpoint to;
	char name[WORDS_NAME];
	int rc = aws_endpoint(&to, &asked, e);

	if (rc < 0)
		return rc;
	/* The page for people is not under the API's path. */
	to.url[url_origin_len(to.url)] = '\0';
	buf_addf(&b, "%s/authorize?response_type=code", to.url);
	add_field(&b, "client_id", flow->client->id);
	add_field(&b, "redirect_uri", flow->redirect_uri);
	add_field(&b, "state", flow->state);
	add_field(&b, "code_challenge_method", "S256");
	if (s->scope && *s->scope)
		add_field(&b, "scopes", s->scope);
	add_field(&b, "code_challenge", flow->challenge);
	if (!b.failed)
		buf_add(url, b.data, b.len);
	if (b.failed || url->failed)
		rc =
		    err_set(e, ERR_LIMIT, "the URL to log in at %s is too long",
			words_shown(s->id, name));
	buf_release(&b);
	return rc;
}

static void client(struct jsonout *o, const struct provider_flow *flow)
{
	jsonout_member(o, "clientId", flow->client->id);
	secret_member(o, "clientSecret", flow->client->secret);
}

int sso_device_ask(const struct provider_at *at,
    const struct provider_flow *flow, struct http_ask *ask, struct err *e)
{
	struct jsonout o;
	int rc = begin(at, "/device_authorization", ask, &o, e);

	if (rc < 0)
		return rc;
	client(&o, flow);
	jsonout_member(&o, "startUrl", at->server->url);
	return end(at, ask, &o, e);
}

int sso_token_ask(const struct provider_at *at,
    const struct provider_flow *flow, struct http_ask *ask, struct err *e)
{
	struct jsonout o;
	int rc = begin(at, "/token", ask, &o, e);

	if (rc < 0)
		return rc;
	client(&o, flow);
	if (flow->refresh) {
		jsonout_member(&o, "grantType", REFRESH_GRANT);
		secret_member(&o, "refreshToken", flow->refresh);
	} else if (flow->device_code) {
		jsonout_member(&o, "grantType", DEVICE_GRANT);
		secret_member(&o, "deviceCode", flow->device_code);
	} else {
		jsonout_member(&o, "grantType", CODE_GRANT);
		jsonout_member(&o, "code", flow->code);
		jsonout_member(&o, "codeVerifier", flow->verifier);
		jsonout_member(&o, "redirectUri", flow->redirect_uri);
	}
	return end(at, ask, &o, e);
}

/* --- answers */

static int no_memory(struct err *e)
{
	return err_set(
	    e, ERR_NOMEM, "the broker has no memory for more logins");
}

/* Times are seconds since 1970. */
static int take_time(const struct json_value *root, const char *key,
    int64_t otherwise, int64_t *t, struct err *e)
{
	const struct json_value *v = json_get(root, key);

	*t = otherwise;
	if (json_kind(v) == JSON_NULL)
		return 0;
	if (json_int(v, t) == 0 && *t >= 0)
		return 0;
	return err_set(e, ERR_UPSTREAM, "its \"%s\" is no time", key);
}

static int take_client(const struct json_value *root,
    const struct provider_at *at, struct provider_client *c, struct err *e)
{
	size_t len = 0;
	const char *id = json_str(json_get(root, "clientId"), &len);
	int rc;

	if (!id || !provider_is_token(id, len))
		return err_set(e, ERR_UPSTREAM,
		    "its \"clientId\" is missing, or no client's");
	c->id = strdup(id);
	if (!c->id)
		return no_memory(e);
	rc = provider_token(root, "clientSecret", at->slab, &c->secret, e);
	if (rc == 0)
		rc =
		    take_time(root, "clientIdIssuedAt", at->now, &c->issued, e);
	if (rc == 0)
		rc =
		    take_time(root, "clientSecretExpiresAt", 0, &c->expires, e);
	if (rc == 0 && c->expires != 0 && c->expires <= at->now)
		rc = err_set(e, ERR_UPSTREAM,
		    "the client has expired already. If this machine's clock "
		    "is wrong, set it");
	return rc;
}

int sso_client_take(const struct provider_at *at, const struct http_answer *a,
    struct provider_client *c, struct err *e)
{
	struct json *doc = NULL;
	struct err why;
	int rc;

	memset(c, 0, sizeof(*c));
	if (a->status != 200)
		return sso_refused(at, SSO_CLIENT, a, e);
	rc = provider_object(at->server, a, &doc, e);
	if (rc < 0)
		return rc;
	rc = take_client(json_root(doc), at, c, &why);
	json_free(doc);
	if (rc == 0)
		return 0;
	provider_client_release(c);
	return provider_useless(at->server, rc, &why, e);
}

static int take_page(const struct json_value *root, const char *key,
    int optional, char **url, struct err *e)
{
	const struct json_value *v = json_get(root, key);
	const char *text = json_str(v, NULL);

	if (optional && (json_kind(v) == JSON_NULL || (text && !*text)))
		return 0;
	if (!text || !provider_is_page(text, URL_HTTPS | URL_HTTP_LOOPBACK))
		return err_set(e, ERR_UPSTREAM,
		    "its \"%s\" is no URL that a browser can be sent to", key);
	*url = strdup(text);
	return *url ? 0 : no_memory(e);
}

static int take_user_code(
    const struct json_value *root, char **code, struct err *e)
{
	const char *text = json_str(json_get(root, "userCode"), NULL);

	if (!text || !*text)
		return err_set(e, ERR_UPSTREAM,
		    "its \"userCode\" is missing, empty or no string");
	*code = strdup(text);
	return *code ? 0 : no_memory(e);
}

static int take_device(const struct json_value *root,
    const struct provider_at *at, struct provider_device *d, struct err *e)
{
	int rc = provider_token(root, "deviceCode", at->slab, &d->code, e);

	if (rc == 0)
		rc = take_user_code(root, &d->user_code, e);
	if (rc == 0)
		rc = take_page(root, "verificationUri", 0, &d->uri, e);
	if (rc == 0)
		rc = take_page(
		    root, "verificationUriComplete", 1, &d->complete, e);
	if (rc == 0)
		rc = provider_expires(root, "expiresIn", 0, &d->seconds, e);
	if (rc == 0 && d->seconds == 0)
		rc = err_set(e, ERR_UPSTREAM, "its \"expiresIn\" is missing");
	/* 1 is what it says, and means. */
	if (json_int(json_get(root, "interval"), &d->interval) < 0 ||
	    d->interval <= 0)
		d->interval = INTERVAL;
	if (d->interval > MAX_INTERVAL)
		d->interval = MAX_INTERVAL;
	return rc;
}

int sso_device_take(const struct provider_at *at, const struct http_answer *a,
    struct provider_device *d, struct err *e)
{
	struct json *doc = NULL;
	struct err why;
	int rc;

	memset(d, 0, sizeof(*d));
	if (a->status != 200)
		return sso_refused(at, SSO_DEVICE, a, e);
	rc = provider_object(at->server, a, &doc, e);
	if (rc < 0)
		return rc;
	rc = take_device(json_root(doc), at, d, &why);
	json_free(doc);
	if (rc == 0)
		return 0;
	provider_device_release(d);
	return provider_useless(at->server, rc, &why, e);
}

int sso_token_take(const struct provider_at *at,
    const struct provider_flow *flow, const struct http_answer *a,
    struct provider_tokens *t, struct err *e)
{
	static const struct provider_names names = {
	    "accessToken", "refreshToken", "tokenType", "expiresIn"};
	struct json *doc = NULL;
	struct err why;
	int rc;

	memset(t, 0, sizeof(*t));
	if (a->status != 200)
		return sso_refused(at,
		    flow->refresh	? SSO_REFRESH
		    : flow->device_code ? SSO_POLL
					: SSO_CODE,
		    a, e);
	rc = provider_object(at->server, a, &doc, e);
	if (rc < 0)
		return rc;
	rc = provider_tokens(json_root(doc), &names, at, t, &why);
	json_free(doc);
	if (rc == 0)
		return 0;
	provider_tokens_release(t);
	return provider_useless(at->server, rc, &why, e);
}
