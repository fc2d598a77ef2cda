/*
 * Tells an authorization server that a session has ended (RFC 7009), at the
 * endpoint from its file or metadata.
 */

#include "broker/kinds/pieces.h"

#include <string.h>

#include "base/core/url.h"
#include "net/http/words.h"

static int no_way(const struct servers_entry *s, struct err *e)
{
	char name[WORDS_NAME];

	return err_set(e, ERR_NOT_FOUND,
	    "%s has no way to be told that a session has ended",
	    words_shown(s->id, name));
}

/* A token is only sent where it came from, never elsewhere on the word of an
 * untrusted document. */
static int at_tokens(
    const struct servers_entry *s, const char *endpoint, struct err *e)
{
	struct buf tokens = BUF_INIT(HTTP_MAX_URL);
	int rc;

	if (url_fault(endpoint, URL_HTTPS | URL_HTTP_LOOPBACK | URL_QUERY))
		return no_way(s, e);
	rc = http_resolve(s->url, oauth_token_endpoint(s), &tokens, e);
	if (rc == 0 && !url_same_origin(buf_str(&tokens), endpoint))
		rc = no_way(s, e);
	buf_release(&tokens);
	return rc;
}

/* Begins the request to the endpoint that the document names. */
static int begin_at(const struct provider_at *at,
    const struct http_answer *document, struct http_ask *ask, struct err *e)
{
	const struct servers_entry *s = at->server;
	struct provider_metadata m;
	int rc = oauth_metadata_take(at, document, &m, e);

	if (rc == ERR_NOT_FOUND)
		return no_way(s, e);
	if (rc < 0)
		return rc;
	rc = m.revocation ? at_tokens(s, m.revocation, e) : no_way(s, e);
	if (rc == 0)
		rc = oauth_ask_begin(s, m.revocation, ask, e);
	provider_metadata_release(&m);
	return rc;
}

/* The refresh token, with which its access token ends too, at once or soon
 * (RFC 7009, section 2.1). */
int oauth_revoke_ask(const struct provider_at *at,
    const struct provider_tokens *t, const struct http_answer *metadata,
    struct http_ask *ask, struct err *e)
{
	const struct servers_entry *s = at->server;
	const struct secret *token = t->refresh ? t->refresh : t->access;
	int rc;

	if (!token)
		return no_way(s, e);
	if (s->revocation_endpoint)
		rc = oauth_ask_begin(s, s->revocation_endpoint, ask, e);
	else if (metadata)
		rc = begin_at(at, metadata, ask, e);
	else
		rc = no_way(s, e);
	if (rc < 0)
		return rc;
	oauth_secret(&ask->body, "token", token);
	oauth_field(&ask->body, "token_type_hint",
	    t->refresh ? "refresh_token" : "access_token");
	return oauth_ask_end(s, ask, e);
}

/* The body is meaningless (section 2.2), except in an error. */
int oauth_revoke_take(
    const struct provider_at *at, const struct http_answer *a, struct err *e)
{
	struct json *doc = NULL;
	int rc = 0, says_no;

	if (a->status == 204)
		return 0;
	if (a->status == 200) {
		if (json_parse(&doc,
			a->body.len ? (const void *)a->body.data : "",
			a->body.len, NULL) < 0)
			return 0;
		says_no =
		    json_str(json_get(json_root(doc), "error"), NULL) != NULL;
		json_free(doc);
		if (!says_no)
			return 0;
	}
	rc = oauth_answer(at->server, OAUTH_REVOKE, a, &doc, e);
	json_free(doc);
	return rc;
}
