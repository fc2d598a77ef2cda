#ifndef MAIRU_BROKER_PROVIDER_PART_H
#define MAIRU_BROKER_PROVIDER_PART_H

/*
 * What the providers share: how a server and its words are shown, and the
 * pieces of their requests.
 */

#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "base/servers.h"
#include "broker/http.h"
#include "broker/provider.h"

enum {
	PROVIDER_NAME = 400,
	PROVIDER_WORDS = 1300,
};

/* Text of others, sanitised and cut to what a line holds; returns out. */
const char *provider_shown(const char *text, char out[PROVIDER_NAME]);

/* "Run: mairu login ID", as it can be typed; returns out. */
const char *provider_login(const char *id, char out[PROVIDER_NAME]);

/* Appends ": " and the server's words, sanitised and cut; nothing where the
 * body is a page, is binary, or says nothing.  Returns out. */
const char *provider_words(
    const struct http_answer *a, char out[PROVIDER_WORDS]);

/* Text of a JSON value in the same way; "" when it is none. */
const char *provider_value(
    const struct json_value *v, char out[PROVIDER_WORDS]);

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

/* Appends text as a component of a query or a form (RFC 3986, 2.3). */
void provider_encode(struct buf *out, const char *text, size_t len);

/* 0, or releases the ask whose parts did not all fit. */
int provider_asked(const struct servers_entry *s, struct http_ask *ask,
    struct err *e) MUST_CHECK;

/* OAuth: provider_oauth.c. */
int oauth_authorize(const struct servers_entry *s,
    const struct provider_flow *flow, struct buf *url,
    struct err *e) MUST_CHECK;
int oauth_token_ask(const struct servers_entry *s,
    const struct provider_flow *flow, struct http_ask *ask,
    struct err *e) MUST_CHECK;
int oauth_token_take(const struct servers_entry *s, const struct http_answer *a,
    int64_t now, struct slab *slab, struct provider_tokens *t,
    struct err *e) MUST_CHECK;

#endif
