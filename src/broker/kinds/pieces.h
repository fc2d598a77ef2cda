#ifndef MAIRU_BROKER_KINDS_PIECES_H
#define MAIRU_BROKER_KINDS_PIECES_H

/*
 * Code shared by the kinds of servers, for writing requests and interpreting
 * answers.
 */

#include <stddef.h>

#include "base/config/servers.h"
#include "base/core/buf.h"
#include "base/core/err.h"
#include "base/core/json.h"
#include "broker/kinds/provider.h"
#include "net/http/http.h"
#include "net/http/words.h"

/* Appends "Run: mairu login ID" to the error just set; see err_run(). */
int provider_say_login(struct err *e, enum err_code code, const char *id);

/* Parses the body of a 200, which must be an object: ERR_UPSTREAM. */
int provider_object(const struct servers_entry *s, const struct http_answer *a,
    struct json **doc, struct err *e) MUST_CHECK;

/* Sets the error for a redirect, 429, 5xx, and anything else that is neither
 * 200 nor 4xx; 0 for the other statuses. */
int provider_status(const struct servers_entry *s, const struct http_answer *a,
    struct err *e) MUST_CHECK;

/* Sets error rc for a complete answer with bad members, with what is wrong with
 * them. */
int provider_useless(const struct servers_entry *s, int rc,
    const struct err *why, struct err *e);

/* 0, or an error if not all parts of the ask fit; it is then released. */
int provider_asked(const struct servers_entry *s, struct http_ask *ask,
    struct err *e) MUST_CHECK;

/* Parsing the tokens in an answer: oauth_tokens.c.  Errors are ERR_UPSTREAM,
 * saying what is wrong with the member, and ERR_NOMEM. */

/* 1 if text can go into a header as is (RFC 6750, section 2.1) and is not too
 * long for one. */
int provider_is_token(const char *text, size_t len);

/* Reads a member that is a token. */
int provider_token(const struct json_value *root, const char *key,
    struct slab *slab, struct secret **secret, struct err *e) MUST_CHECK;

/* Reads a member that is a number of seconds from now; 0 if it is missing. */
int provider_expires(const struct json_value *root, const char *key,
    int64_t now, int64_t *expires, struct err *e) MUST_CHECK;

/* The names of an answer's token members. */
struct provider_names {
	const char *access, *refresh, *type, *seconds;
};

/* Reads all of them.  Release t even after an error. */
int provider_tokens(const struct json_value *root,
    const struct provider_names *names, const struct provider_at *at,
    struct provider_tokens *t, struct err *e) MUST_CHECK;

/* 1 if url is a page that a person can be sent to: one of these schemes
 * (base/core/url.h), only characters valid in a URL, optionally a fragment. */
int provider_is_page(const char *url, unsigned schemes);

/* Lists of roles: role_list.c. */

/* 1 if this is a usable role name: displayed as is, and not another role's when
 * typed.  name may be NULL. */
int provider_is_role(const char *name, size_t len);

/* Like provider_object(), but invalid characters in strings become U+FFFD,
 * which no role name contains. */
int provider_list_object(const struct servers_entry *s,
    const struct http_answer *a, struct json **doc, struct err *e) MUST_CHECK;

/* --- OAuth */

/* Requests with a form: form.c. */

/* Appends "key=value" to a query or a form, preceded by & if needed. */
void oauth_field(struct buf *b, const char *key, const char *value);
void oauth_secret(struct buf *b, const char *key, const struct secret *value);

/* Begin a request to an endpoint, and end it with the client's identification;
 * the fields go in between.  On error the ask is released. */
int oauth_ask_begin(const struct servers_entry *s, const char *endpoint,
    struct http_ask *ask, struct err *e) MUST_CHECK;
int oauth_ask_end(const struct servers_entry *s, struct http_ask *ask,
    struct err *e) MUST_CHECK;

/* The reference to it. */
const char *oauth_token_endpoint(const struct servers_entry *s);

/* The step that an answer belongs to. */
enum oauth_step {
	OAUTH_CODE,   /* tokens for a code */
	OAUTH_DEVICE, /* a device code */
	OAUTH_POLL,   /* tokens for a device code */
	OAUTH_RENEW,  /* tokens for a refresh token */
	OAUTH_REVOKE,
};

/* Parses the JSON object of a successful answer (200), or sets the error for
 * any other (refusals.c). */
int oauth_answer(const struct servers_entry *s, enum oauth_step step,
    const struct http_answer *a, struct json **doc, struct err *e) MUST_CHECK;

/* The functions of a provider: oauth.c, ... */
int oauth_authorize(const struct provider_at *at,
    const struct provider_flow *flow, struct buf *url,
    struct err *e) MUST_CHECK;
int oauth_code_url(
    const struct provider_at *at, struct buf *url, struct err *e) MUST_CHECK;
int oauth_token_ask(const struct provider_at *at,
    const struct provider_flow *flow, struct http_ask *ask,
    struct err *e) MUST_CHECK;
int oauth_token_take(const struct provider_at *at,
    const struct provider_flow *flow, const struct http_answer *a,
    struct provider_tokens *t, struct err *e) MUST_CHECK;

/* ... device.c, ... */
int oauth_device_ask(const struct provider_at *at,
    const struct provider_flow *flow, struct http_ask *ask,
    struct err *e) MUST_CHECK;
int oauth_device_take(const struct provider_at *at, const struct http_answer *a,
    struct provider_device *d, struct err *e) MUST_CHECK;

/* ... oauth_metadata.c, ... */
int oauth_metadata_ask(const struct provider_at *at, unsigned number,
    struct http_ask *ask, struct err *e) MUST_CHECK;
int oauth_metadata_take(const struct provider_at *at,
    const struct http_answer *a, struct provider_metadata *m,
    struct err *e) MUST_CHECK;

/* ... revoke.c. */
int oauth_revoke_ask(const struct provider_at *at,
    const struct provider_tokens *t, const struct http_answer *metadata,
    struct http_ask *ask, struct err *e) MUST_CHECK;
int oauth_revoke_take(const struct provider_at *at, const struct http_answer *a,
    struct err *e) MUST_CHECK;

#endif
