/*
 * Common to all requests to OAuth endpoints: the form, and client
 * authentication by one method.
 */

#include "broker/kinds/pieces.h"

#include <string.h>

#include "base/core/bytes.h"
#include "base/core/url.h"

static void add_bytes(
    struct buf *b, const char *key, const void *value, size_t len)
{
	if (b->len && b->data[b->len - 1] != '?' && b->data[b->len - 1] != '&')
		buf_addc(b, '&');
	buf_adds(b, key);
	buf_addc(b, '=');
	url_encode(b, value, len, "");
}

void oauth_field(struct buf *b, const char *key, const char *value)
{
	add_bytes(b, key, value, strlen(value));
}

void oauth_secret(struct buf *b, const char *key, const struct secret *value)
{
	add_bytes(b, key, secret_bytes(value), secret_len(value));
}

/* RFC 6749, section 2.3.1: both are encoded as in a form first. */
static void add_basic(const struct servers_entry *s, struct http_ask *ask)
{
	struct buf plain = BUF_INIT(HTTP_MAX_REQUEST / 2);
	struct buf value = BUF_INIT(HTTP_MAX_REQUEST);
	unsigned char *room;

	url_encode(&plain, s->client_id, strlen(s->client_id), "");
	buf_addc(&plain, ':');
	url_encode(&plain, secret_bytes(s->client_secret),
	    secret_len(s->client_secret), "");
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

/* Never two methods (RFC 6749, section 2.3): some servers refuse a client that
 * sends its id in the body along with Basic. */
static void add_client(const struct servers_entry *s, struct http_ask *ask)
{
	if (s->client_secret && s->client_auth == SERVERS_AUTH_BASIC) {
		add_basic(s, ask);
		return;
	}
	oauth_field(&ask->body, "client_id", s->client_id);
	if (s->client_secret)
		oauth_secret(&ask->body, "client_secret", s->client_secret);
}

int oauth_ask_begin(const struct servers_entry *s, const char *endpoint,
    struct http_ask *ask, struct err *e)
{
	int rc;

	http_ask_init(ask);
	rc = http_resolve(s->url, endpoint, &ask->url, e);
	if (rc < 0)
		http_ask_release(ask);
	return rc;
}

int oauth_ask_end(
    const struct servers_entry *s, struct http_ask *ask, struct err *e)
{
	add_client(s, ask);
	http_ask_header(ask, "Accept", "application/json", 16);
	ask->content_type = "application/x-www-form-urlencoded";
	return provider_asked(s, ask, e);
}

const char *oauth_token_endpoint(const struct servers_entry *s)
{
	return s->token_endpoint ? s->token_endpoint : "oauth/token";
}
