/*
 * Logins of the credential server API: OAuth's authorization code with PKCE
 * (RFC 6749, 7636).
 */

#include "broker/provider_part.h"

#include <string.h>
#include <strings.h>

#include "base/bytes.h"
#include "base/text.h"

enum {
	MAX_TOKEN = 16 * 1024, /* each goes into a header */
	MAX_SECONDS = 10 * 366 * 24 * 3600,
};

/* --- requests */

static void add_field(struct buf *b, const char *key, const char *value)
{
	if (b->len && b->data[b->len - 1] != '?' && b->data[b->len - 1] != '&')
		buf_addc(b, '&');
	buf_adds(b, key);
	buf_addc(b, '=');
	provider_encode(b, value, strlen(value));
}

int oauth_authorize(const struct servers_entry *s,
    const struct provider_flow *flow, struct buf *url, struct err *e)
{
	struct buf b = BUF_INIT(HTTP_MAX_URL);
	char name[PROVIDER_NAME];
	int rc;

	rc = http_resolve(s->url,
	    s->authorization_endpoint ? s->authorization_endpoint
				      : "oauth/authorize",
	    &b, e);
	if (rc < 0)
		goto out;
	/* It may have a query of its own (RFC 6749, section 3.1). */
	if (!strchr(buf_str(&b), '?'))
		buf_addc(&b, '?');
	add_field(&b, "response_type", "code");
	add_field(&b, "client_id", s->client_id);
	add_field(&b, "redirect_uri", flow->redirect_uri);
	if (s->scope && *s->scope)
		add_field(&b, "scope", s->scope);
	add_field(&b, "state", flow->state);
	add_field(&b, "code_challenge", flow->challenge);
	add_field(&b, "code_challenge_method", "S256");
	if (!b.failed)
		buf_add(url, b.data, b.len);
	if (b.failed || url->failed)
		rc =
		    err_set(e, ERR_LIMIT, "the URL to log in at %s is too long",
			provider_shown(s->id, name));
out:
	buf_release(&b);
	return rc;
}

/* RFC 6749, section 2.3.1: both are encoded as in a form first. */
static void add_basic(const struct servers_entry *s, struct http_ask *ask)
{
	struct buf plain = BUF_INIT(HTTP_MAX_REQUEST / 2);
	struct buf value = BUF_INIT(HTTP_MAX_REQUEST);
	unsigned char *room;

	provider_encode(&plain, s->client_id, strlen(s->client_id));
	buf_addc(&plain, ':');
	provider_encode(&plain, secret_bytes(s->client_secret),
	    secret_len(s->client_secret));
	buf_adds(&value, "Basic ");
	room = buf_reserve(&value, BYTES_ENCODED(plain.len));
	if (plain.failed || !room) {
		ask->headers.failed = 1;
	} else {
		buf_commit(
		    &value, bytes_encode(BYTES_BASE64, plain.data, plain.len,
				(char *)room, BYTES_ENCODED(plain.len)));
		http_ask_header(ask, "Authorization", value.data, value.len);
	}
	buf_release(&plain);
	buf_release(&value);
}

int oauth_token_ask(const struct servers_entry *s,
    const struct provider_flow *flow, struct http_ask *ask, struct err *e)
{
	int rc;

	http_ask_init(ask);
	rc = http_resolve(s->url,
	    s->token_endpoint ? s->token_endpoint : "oauth/token", &ask->url,
	    e);
	if (rc < 0) {
		http_ask_release(ask);
		return rc;
	}
	add_field(&ask->body, "grant_type", "authorization_code");
	add_field(&ask->body, "code", flow->code);
	add_field(&ask->body, "redirect_uri", flow->redirect_uri);
	add_field(&ask->body, "code_verifier", flow->verifier);
	/* Never both ways. */
	if (s->client_secret)
		add_basic(s, ask);
	else
		add_field(&ask->body, "client_id", s->client_id);
	http_ask_header(ask, "Accept", "application/json", 16);
	ask->content_type = "application/x-www-form-urlencoded";
	return provider_asked(s, ask, e);
}

/* --- a no (RFC 6749, sections 4.1.2.1 and 5.2) */

static const struct {
	const char *code;
	enum err_code kind;
	const char *means;
} no[] = {
    {"invalid_grant", ERR_DENIED,
	"does not accept this login (any more): its code was used already, "
	"or is too old"},
    {"access_denied", ERR_DENIED, "refuses this login"},
    {"invalid_client", ERR_DENIED,
	"does not know this client: are the \"client_id\" and the "
	"\"client_secret\" of its file right?"},
    {"unauthorized_client", ERR_DENIED,
	"does not let this client log in so: is the \"client_id\" of its file "
	"right?"},
    {"unsupported_grant_type", ERR_DENIED,
	"has no login with an authorization code: is the \"token_endpoint\" "
	"of its file right?"},
    {"invalid_scope", ERR_DENIED,
	"does not have the scope that is asked for: is the \"scope\" of its "
	"file right?"},
    {"invalid_request", ERR_DENIED,
	"does not understand the request for a token"},
    {"server_error", ERR_UPSTREAM, "is in trouble"},
    {"temporarily_unavailable", ERR_UPSTREAM, "is busy"},
};

static int said_no(
    const struct servers_entry *s, const struct json_value *root, struct err *e)
{
	const char *code = json_str(json_get(root, "error"), NULL);
	const size_t n = sizeof(no) / sizeof(no[0]);
	char name[PROVIDER_NAME], login[PROVIDER_NAME], said[PROVIDER_WORDS];
	size_t i = 0;

	(void)provider_shown(s->id, name);
	(void)provider_value(json_get(root, "error_description"), said);
	while (i < n && strcmp(no[i].code, code) != 0)
		i++;
	if (i < n && strcmp(code, "invalid_grant") == 0)
		return err_set(e, no[i].kind, "%s %s%s%s. %s", name,
		    no[i].means, *said ? ". It says" : "", said,
		    provider_login(s->id, login));
	if (i < n)
		return err_set(
		    e, no[i].kind, "%s %s%s", name, no[i].means, said);
	return err_set(e, ERR_DENIED, "%s refuses this login (%s)%s", name,
	    provider_shown(code, login), said);
}

/* An answer that is no 200 and did not say why in OAuth's way. */
static int failed(
    const struct servers_entry *s, const struct http_answer *a, struct err *e)
{
	char name[PROVIDER_NAME], said[PROVIDER_WORDS];

	(void)provider_shown(s->id, name);
	(void)provider_words(a, said);
	if (a->status == 401)
		return err_set(e, ERR_DENIED, "%s %s (HTTP 401)%s", name,
		    no[2].means, said);
	if (a->status == 404 || a->status == 405)
		return err_set(e, ERR_DENIED,
		    "%s gives no tokens there (HTTP %u): are the \"url\" and "
		    "the \"token_endpoint\" of its file right?%s",
		    name, a->status, *said ? said + 1 : "");
	return err_set(e, ERR_DENIED, "%s refuses this login (HTTP %u)%s", name,
	    a->status, said);
}

/* --- a yes */

/* RFC 6750, section 2.1, and what else goes into a header as it is. */
static int is_token(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (s[i] <= ' ' || s[i] >= 0x7f)
			return 0;
	return len > 0 && len <= MAX_TOKEN;
}

static int take_token(const struct json_value *root, const char *key,
    struct slab *slab, struct secret **secret, struct err *e)
{
	size_t len = 0;
	const char *text = json_str(json_get(root, key), &len);

	if (!text)
		return err_set(
		    e, ERR_UPSTREAM, "its \"%s\" is missing or no string", key);
	if (!is_token(text, len))
		return err_set(e, ERR_UPSTREAM,
		    "its \"%s\" is empty, too long, or has characters that no "
		    "token has",
		    key);
	if (secret_new(secret, slab, text, len) < 0)
		return err_set(
		    e, ERR_NOMEM, "the broker has no memory for tokens");
	return 0;
}

/* Some servers write the number as a string. */
static int take_expires(
    const struct json_value *root, int64_t now, int64_t *expires, struct err *e)
{
	const struct json_value *v = json_get(root, "expires_in");
	size_t len = 0;
	const char *text = json_str(v, &len);
	int64_t seconds = 0;
	long n = 0;
	int rc;

	*expires = 0;
	if (json_kind(v) == JSON_NULL)
		return 0;
	if (text) {
		rc = text_number(text, len, 0, INT32_MAX, &n);
		seconds = n;
	} else {
		rc = json_int(v, &seconds);
	}
	if (rc < 0 || seconds < 0)
		return err_set(e, ERR_UPSTREAM,
		    "its \"expires_in\" is no whole number of seconds");
	if (seconds == 0)
		return err_set(
		    e, ERR_UPSTREAM, "the token has expired already");
	*expires = now + (seconds < MAX_SECONDS ? seconds : MAX_SECONDS);
	return 0;
}

static int take_tokens(const struct json_value *root, int64_t now,
    struct slab *slab, struct provider_tokens *t, struct err *e)
{
	const struct json_value *refresh = json_get(root, "refresh_token");
	const char *type = json_str(json_get(root, "token_type"), NULL);
	const char *text = json_str(refresh, NULL);
	int rc;

	if (!type || strcasecmp(type, "bearer") != 0)
		return err_set(
		    e, ERR_UPSTREAM, "its \"token_type\" is not \"Bearer\"");
	rc = take_token(root, "access_token", slab, &t->access, e);
	if (rc == 0 && json_kind(refresh) != JSON_NULL && !(text && !*text))
		rc = take_token(root, "refresh_token", slab, &t->refresh, e);
	if (rc == 0)
		rc = take_expires(root, now, &t->expires, e);
	return rc;
}

int oauth_token_take(const struct servers_entry *s, const struct http_answer *a,
    int64_t now, struct slab *slab, struct provider_tokens *t, struct err *e)
{
	struct json *doc = NULL;
	struct err why;
	int rc;

	memset(t, 0, sizeof(*t));
	rc = provider_status(s, a, e);
	if (rc < 0)
		return rc;
	rc = provider_object(s, a, &doc, e);
	/* Some servers say no with 200. */
	if (rc == 0 && json_str(json_get(json_root(doc), "error"), NULL))
		rc = said_no(s, json_root(doc), e);
	else if (a->status != 200 && rc != ERR_NOMEM)
		rc = failed(s, a, e);
	else if (rc == 0 &&
		 (rc = take_tokens(json_root(doc), now, slab, t, &why)) < 0)
		rc = provider_useless(s, rc, &why, e);
	json_free(doc);
	if (rc < 0)
		provider_tokens_release(t);
	return rc;
}
