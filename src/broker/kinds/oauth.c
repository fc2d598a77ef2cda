/*
 * Tokens of the credential server API: OAuth's authorization code with PKCE
 * (RFC 6749, 7636), what a device is given (RFC 8628), and renewal.
 */

#include "broker/kinds/pieces.h"
#include "net/http/words.h"

#include <string.h>

#define DEVICE_GRANT "urn:ietf:params:oauth:grant-type:device_code"

/* --- requests */

int oauth_authorize(const struct provider_at *at,
    const struct provider_flow *flow, struct buf *url, struct err *e)
{
	const struct servers_entry *s = at->server;
	struct buf b = BUF_INIT(HTTP_MAX_URL);
	char name[WORDS_NAME];
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
	oauth_field(&b, "response_type", "code");
	oauth_field(&b, "client_id", s->client_id);
	oauth_field(&b, "redirect_uri", flow->redirect_uri);
	if (s->scope && *s->scope)
		oauth_field(&b, "scope", s->scope);
	oauth_field(&b, "state", flow->state);
	oauth_field(&b, "code_challenge", flow->challenge);
	oauth_field(&b, "code_challenge_method", "S256");
	if (!b.failed)
		buf_add(url, b.data, b.len);
	if (b.failed || url->failed)
		rc =
		    err_set(e, ERR_LIMIT, "the URL to log in at %s is too long",
			words_shown(s->id, name));
out:
	buf_release(&b);
	return rc;
}

int oauth_code_url(const struct provider_at *at, struct buf *url, struct err *e)
{
	const struct servers_entry *s = at->server;

	return http_resolve(s->url, oauth_token_endpoint(s), url, e);
}

static enum oauth_step step_of(const struct provider_flow *flow)
{
	if (flow->refresh)
		return OAUTH_RENEW;
	return flow->device_code ? OAUTH_POLL : OAUTH_CODE;
}

int oauth_token_ask(const struct provider_at *at,
    const struct provider_flow *flow, struct http_ask *ask, struct err *e)
{
	const struct servers_entry *s = at->server;
	int rc = oauth_ask_begin(s, oauth_token_endpoint(s), ask, e);

	if (rc < 0)
		return rc;
	switch (step_of(flow)) {
	case OAUTH_RENEW:
		/* No scope: keep what the server granted at login; any other
		 * would be refused (RFC 6749, section 6). */
		oauth_field(&ask->body, "grant_type", "refresh_token");
		oauth_secret(&ask->body, "refresh_token", flow->refresh);
		break;
	case OAUTH_POLL:
		oauth_field(&ask->body, "grant_type", DEVICE_GRANT);
		oauth_secret(&ask->body, "device_code", flow->device_code);
		break;
	default:
		oauth_field(&ask->body, "grant_type", "authorization_code");
		oauth_field(&ask->body, "code", flow->code);
		oauth_field(&ask->body, "redirect_uri", flow->redirect_uri);
		oauth_field(&ask->body, "code_verifier", flow->verifier);
		break;
	}
	return oauth_ask_end(s, ask, e);
}

/* --- answers */

/* RFC 8628, section 3.5.  The status should be 400; some servers send 200, 403,
 * 428 or 429. */
static int undecided(const struct http_answer *a)
{
	struct json *doc;
	const char *code;
	int rc = 0;

	if (json_parse(&doc, a->body.len ? (const void *)a->body.data : "",
		a->body.len, NULL) < 0)
		return 0;
	code = json_str(json_get(json_root(doc), "error"), NULL);
	if (code && strcmp(code, "authorization_pending") == 0)
		rc = PROVIDER_PENDING;
	else if (code && strcmp(code, "slow_down") == 0)
		rc = PROVIDER_SLOWER;
	json_free(doc);
	return rc;
}

int oauth_token_take(const struct provider_at *at,
    const struct provider_flow *flow, const struct http_answer *a,
    struct provider_tokens *t, struct err *e)
{
	static const struct provider_names names = {
	    "access_token", "refresh_token", "token_type", "expires_in"};
	const struct servers_entry *s = at->server;
	const enum oauth_step step = step_of(flow);
	struct json *doc;
	struct err why;
	int rc = step == OAUTH_POLL ? undecided(a) : 0;

	memset(t, 0, sizeof(*t));
	if (rc > 0)
		return rc;
	rc = oauth_answer(s, step, a, &doc, e);
	if (rc < 0)
		return rc;
	rc = provider_tokens(json_root(doc), &names, at, t, &why);
	json_free(doc);
	if (rc == 0)
		return 0;
	provider_tokens_release(t);
	return provider_useless(s, rc, &why, e);
}
