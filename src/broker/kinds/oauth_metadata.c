/*
 * An authorization server's metadata (RFC 8414, or OpenID Connect Discovery,
 * section 4), and whether to trust it.
 */

#include "broker/kinds/pieces.h"

#include <stdlib.h>
#include <string.h>

#include "base/core/url.h"
#include "net/http/words.h"

#define OAUTH_DOCUMENT	"/.well-known/oauth-authorization-server"
#define OPENID_DOCUMENT "/.well-known/openid-configuration"

/* --- asking */

static int no_document(const struct servers_entry *s, struct err *e)
{
	char name[WORDS_NAME];

	return err_set(e, ERR_NOT_FOUND,
	    "%s says nothing of itself that can be believed",
	    words_shown(s->id, name));
}

/* OAuth's is between the host and the path, which loses its trailing slash (RFC
 * 8414, section 3.1); OpenID's, the only one many servers have, comes after the
 * path. */
int oauth_metadata_ask(const struct provider_at *at, unsigned number,
    struct http_ask *ask, struct err *e)
{
	const struct servers_entry *s = at->server;
	const char *path = s->url + url_origin_len(s->url);
	size_t len = strlen(path);

	while (len > 0 && path[len - 1] == '/')
		len--;
	http_ask_init(ask);
	if (number >= PROVIDER_DOCUMENTS)
		return no_document(s, e);
	url_origin(&ask->url, s->url);
	if (number == 0)
		buf_adds(&ask->url, OAUTH_DOCUMENT);
	buf_add(&ask->url, path, len);
	if (number == 1)
		buf_adds(&ask->url, OPENID_DOCUMENT);
	http_ask_header(ask, "Accept", "application/json", 16);
	return provider_asked(s, ask, e);
}

/* --- what it says */

/* RFC 8414, section 3.3 requires the issuer that the document was requested
 * for.  A server's file does not name one, only where the server is and where
 * people log in. */
static int is_its_issuer(const struct servers_entry *s, const char *issuer)
{
	struct buf page = BUF_INIT(HTTP_MAX_URL);
	int is;

	if (url_fault(issuer, URL_HTTPS | URL_HTTP_LOOPBACK))
		return 0;
	is = url_same_origin(issuer, s->url);
	if (!is && s->authorization_endpoint &&
	    http_resolve(s->url, s->authorization_endpoint, &page, NULL) == 0)
		is = url_same_origin(issuer, buf_str(&page));
	buf_release(&page);
	return is;
}

static int copy(const struct json_value *root, const char *key, char **out)
{
	const char *s = json_str(json_get(root, key), NULL);

	*out = s ? strdup(s) : NULL;
	return s && !*out ? ERR_NOMEM : 0;
}

static int take(const struct servers_entry *s, const struct json_value *root,
    struct provider_metadata *m, struct err *e)
{
	const struct json_value *iss =
	    json_get(root, "authorization_response_iss_parameter_supported");

	if (copy(root, "issuer", &m->issuer) < 0 ||
	    copy(root, "revocation_endpoint", &m->revocation) < 0)
		return err_set(e, ERR_NOMEM, "the broker is out of memory");
	if (!m->issuer || !is_its_issuer(s, m->issuer))
		return no_document(s, e);
	m->sends_iss = json_bool(iss) == 1;
	return 0;
}

int oauth_metadata_take(const struct provider_at *at,
    const struct http_answer *a, struct provider_metadata *m, struct err *e)
{
	const struct servers_entry *s = at->server;
	struct json *doc = NULL;
	int rc;

	memset(m, 0, sizeof(*m));
	if (a->status != 200)
		return no_document(s, e);
	rc = provider_object(s, a, &doc, e);
	/* A catch-all page for unknown paths is not a document. */
	if (rc == 0)
		rc = take(s, json_root(doc), m, e);
	else if (rc != ERR_NOMEM)
		rc = no_document(s, e);
	json_free(doc);
	if (rc < 0)
		provider_metadata_release(m);
	return rc;
}
