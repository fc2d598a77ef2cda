/*
 * Telling an authorization server that a session has ended (RFC 7009), and
 * finding out where (RFC 8414, or OpenID Connect Discovery, section 4).
 */

#include "broker/provider_part.h"

#include <string.h>

#include "base/url.h"

#define OAUTH_DOCUMENT	"/.well-known/oauth-authorization-server"
#define OPENID_DOCUMENT "/.well-known/openid-configuration"

/* Appends scheme, host and port, as url_normal() writes them. */
static void add_origin(struct buf *out, const char *url)
{
	struct buf normal = BUF_INIT(HTTP_MAX_URL);
	const char *host, *s;

	url_normal(&normal, url);
	s = normal.failed ? "" : buf_str(&normal);
	host = strstr(s, "://");
	if (host)
		buf_add(
		    out, s, (size_t)(host + 3 - s) + strcspn(host + 3, "/"));
	else
		out->failed = 1;
	buf_release(&normal);
}

static int same_origin(const char *a, const char *b)
{
	struct buf x = BUF_INIT(HTTP_MAX_URL), y = BUF_INIT(HTTP_MAX_URL);
	int same;

	add_origin(&x, a);
	add_origin(&y, b);
	same = !x.failed && !y.failed && strcmp(buf_str(&x), buf_str(&y)) == 0;
	buf_release(&x);
	buf_release(&y);
	return same;
}

static int no_way(const struct servers_entry *s, struct err *e)
{
	char name[PROVIDER_NAME];

	return err_set(e, ERR_NOT_FOUND,
	    "%s has no way to be told that a session has ended",
	    provider_shown(s->id, name));
}

/* OAuth's lies between the host and the path, which loses its slash at the end
 * (RFC 8414, section 3.1), and that of OpenID, which many servers have alone,
 * behind the path. */
int oauth_metadata_ask(const struct provider_at *at, unsigned number,
    struct http_ask *ask, struct err *e)
{
	const struct servers_entry *s = at->server;
	const char *path = strstr(s->url, "://") + 3;
	size_t len;

	path += strcspn(path, "/");
	len = strlen(path);
	while (len > 0 && path[len - 1] == '/')
		len--;
	http_ask_init(ask);
	if (number > 1)
		return no_way(s, e);
	add_origin(&ask->url, s->url);
	if (number == 0)
		buf_adds(&ask->url, OAUTH_DOCUMENT);
	buf_add(&ask->url, path, len);
	if (number == 1)
		buf_adds(&ask->url, OPENID_DOCUMENT);
	http_ask_header(ask, "Accept", "application/json", 16);
	return provider_asked(s, ask, e);
}

/* A token goes to no other place than the one that it came from: not one that
 * a document which nobody has trusted names. */
static int at_tokens(
    const struct servers_entry *s, const char *endpoint, struct err *e)
{
	struct buf tokens = BUF_INIT(HTTP_MAX_URL);
	int rc;

	if (url_fault(endpoint, URL_HTTPS | URL_HTTP_LOOPBACK | URL_QUERY))
		return no_way(s, e);
	rc = http_resolve(s->url, oauth_token_endpoint(s), &tokens, e);
	if (rc == 0 && !same_origin(buf_str(&tokens), endpoint))
		rc = no_way(s, e);
	buf_release(&tokens);
	return rc;
}

/* Begins the request at what the document names. */
static int begin_at(const struct servers_entry *s,
    const struct http_answer *metadata, struct http_ask *ask, struct err *e)
{
	struct json *doc = NULL;
	const char *endpoint;
	int rc;

	if (metadata->status != 200)
		return no_way(s, e);
	rc = provider_object(s, metadata, &doc, e);
	if (rc == ERR_NOMEM)
		return rc;
	/* A page for whatever there is not is no document. */
	endpoint =
	    rc < 0 ? NULL
		   : json_str(
			 json_get(json_root(doc), "revocation_endpoint"), NULL);
	rc = endpoint ? at_tokens(s, endpoint, e) : no_way(s, e);
	if (rc == 0)
		rc = oauth_ask_begin(s, endpoint, ask, e);
	json_free(doc);
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
		rc = begin_at(s, metadata, ask, e);
	else
		rc = no_way(s, e);
	if (rc < 0)
		return rc;
	oauth_secret(&ask->body, "token", token);
	oauth_field(&ask->body, "token_type_hint",
	    t->refresh ? "refresh_token" : "access_token");
	return oauth_ask_end(s, ask, e);
}

/* Its body says nothing (section 2.2), unless it is a no. */
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
