#ifndef MAIRU_BROKER_KINDS_PIECES_H
#define MAIRU_BROKER_KINDS_PIECES_H

/*
 * The pieces that the kinds of servers share: of their requests, and of what
 * their answers mean.
 */

#include <stddef.h>

#include "base/config/servers.h"
#include "base/core/buf.h"
#include "base/core/err.h"
#include "base/core/json.h"
#include "broker/kinds/provider.h"
#include "net/http/http.h"
#include "net/http/words.h"

/* Appends "Run: mairu login ID" to what was just set, as err_run() does. */
int provider_say_login(struct err *e, enum err_code code, const char *id);

/* Parses the body of a 200, which must be an object: ERR_UPSTREAM. */
int provider_object(const struct servers_entry *s, const struct http_answer *a,
    struct json **doc, struct err *e) MUST_CHECK;

/* The error of a redirect, of 429, 5xx and of whatever is no 200 and no 4xx;
 * 0 when the status is neither. */
int provider_status(const struct servers_entry *s, const struct http_answer *a,
    struct err *e) MUST_CHECK;

/* The error rc of a whole answer whose members are not what they must be, with
 * what is wrong about them. */
int provider_useless(const struct servers_entry *s, int rc,
    const struct err *why, struct err *e);

/* 0, or releases the ask whose parts did not all fit. */
int provider_asked(const struct servers_entry *s, struct http_ask *ask,
    struct err *e) MUST_CHECK;

/* What an answer brings for a login: oauth_tokens.c.  Errors are
 * ERR_UPSTREAM with what is wrong about that member, and ERR_NOMEM. */

/* 1 when text can go into a header as it is (RFC 6750, section 2.1), and is
 * not too long for one. */
int provider_is_token(const char *text, size_t len);

/* A member that is a token. */
int provider_token(const struct json_value *root, const char *key,
    struct slab *slab, struct secret **secret, struct err *e) MUST_CHECK;

/* A member that is a number of seconds from now; 0 where it is missing. */
int provider_expires(const struct json_value *root, const char *key,
    int64_t now, int64_t *expires, struct err *e) MUST_CHECK;

/* What an answer calls the members that a login is about. */
struct provider_names {
	const char *access, *refresh, *type, *seconds;
};

/* All of them.  After an error t is to be released. */
int provider_tokens(const struct json_value *root,
    const struct provider_names *names, const struct provider_at *at,
    struct provider_tokens *t, struct err *e) MUST_CHECK;

/* 1 when url is a page that a person can be sent to: of one of these schemes
 * (base/core/url.h), with nothing but what may stand in a URL, and perhaps a #
 * part. */
int provider_is_page(const char *url, unsigned schemes);

/* Lists of roles: role_list.c. */

/* 1 when a role can have that name: one that shows as it is, and is no other
 * one's when it is typed.  name may be NULL. */
int provider_is_role(const char *name, size_t len);

/* As provider_object(); characters that are none, in a string, become U+FFFD,
 * which no role's name has. */
int provider_list_object(const struct servers_entry *s,
    const struct http_answer *a, struct json **doc, struct err *e) MUST_CHECK;

/* --- OAuth */

/* Requests with a form: form.c. */

/* Appends "key=value" to a query or a form, behind a & where one belongs. */
void oauth_field(struct buf *b, const char *key, const char *value);
void oauth_secret(struct buf *b, const char *key, const struct secret *value);

/* Begins a request to an endpoint, and ends it with what says which client it
 * is; between them go its fields.  An error releases it. */
int oauth_ask_begin(const struct servers_entry *s, const char *endpoint,
    struct http_ask *ask, struct err *e) MUST_CHECK;
int oauth_ask_end(const struct servers_entry *s, struct http_ask *ask,
    struct err *e) MUST_CHECK;

/* The reference to it. */
const char *oauth_token_endpoint(const struct servers_entry *s);

/* What an answer is about. */
enum oauth_step {
	OAUTH_CODE,   /* tokens for a code */
	OAUTH_DEVICE, /* a device code */
	OAUTH_POLL,   /* tokens for a device code */
	OAUTH_RENEW,  /* tokens for a refresh token */
	OAUTH_REVOKE,
};

/* Parses the JSON object of a 200 that says yes; the error of any other answer:
 * refusals.c. */
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
