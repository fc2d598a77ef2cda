#ifndef MAIRU_TEST_FAKE_PROVIDER_H
#define MAIRU_TEST_FAKE_PROVIDER_H

/*
 * A kind of server whose requests and answers are a word or two, in place of
 * all of broker/kinds/provider.c.  To be included by one file of a program.
 *
 *	token:  refresh=REF client=ID   ->  ACCESS REFRESH SECONDS
 *	revoke: REF or ACCESS           ->  anything
 *	role:   NAME, with a bearer     ->  KEY SECONDS
 *
 * "-" is a refresh token that does not come, and 0 seconds are unknown.
 */

#include "fake_http.h"

#include "broker/kinds/pieces.h"
#include "broker/kinds/provider.h"

static struct provider fake_provider;
static int fake_by_metadata; /* where tokens are revoked stands there */

static int fake_status(unsigned status, struct err *e)
{
	if (status == 200)
		return 0;
	if (status == 401 || status == 400)
		return err_set(e, ERR_LOGIN, "no more (%u)", status);
	if (status == 403)
		return err_set(e, ERR_DENIED, "refused (%u)", status);
	return err_set(e, ERR_UPSTREAM, "trouble (%u)", status);
}

static void fake_url(
    const struct provider_at *at, const char *what, struct http_ask *ask)
{
	http_ask_init(ask);
	buf_addf(&ask->url, "https://%s.example/%s", at->server->id, what);
	ask->content_type = "text/plain";
}

static int fake_token_ask(const struct provider_at *at,
    const struct provider_flow *flow, struct http_ask *ask, struct err *e)
{
	(void)e;
	fake_url(at, "token", ask);
	buf_addf(&ask->body, "refresh=%s client=%s",
	    (const char *)secret_bytes(flow->refresh),
	    flow->client->id ? flow->client->id : "");
	return 0;
}

static void fake_words(const struct http_answer *a, char out[3][64])
{
	char text[200];

	memset(out, 0, 3 * 64);
	(void)snprintf(text, sizeof(text), "%.*s", (int)a->body.len,
	    a->body.len ? (const char *)a->body.data : "");
	(void)sscanf(text, "%63s %63s %63s", out[0], out[1], out[2]);
}

static int fake_token_take(const struct provider_at *at,
    const struct provider_flow *flow, const struct http_answer *a,
    struct provider_tokens *t, struct err *e)
{
	char words[3][64];
	int rc = fake_status(a->status, e);

	assert_non_null(flow->refresh);
	if (a->status == 401)
		(void)err_set(e, ERR_DENIED, "the client is not known");
	if (a->status == 401)
		return PROVIDER_CLIENT;
	if (rc < 0)
		return rc;
	fake_words(a, words);
	if (!words[0][0])
		return err_set(e, ERR_UPSTREAM, "nonsense");
	rc = secret_new(&t->access, at->slab, words[0], strlen(words[0]));
	if (rc == 0 && strcmp(words[1], "-") != 0)
		rc = secret_new(
		    &t->refresh, at->slab, words[1], strlen(words[1]));
	if (strcmp(words[2], "0") != 0)
		t->expires = at->now + strtol(words[2], NULL, 10);
	return rc;
}

static int fake_metadata_ask(const struct provider_at *at, unsigned number,
    struct http_ask *ask, struct err *e)
{
	if (number > 1)
		return err_set(e, ERR_NOT_FOUND, "there are two documents");
	fake_url(at, number ? "metadata2" : "metadata", ask);
	ask->content_type = NULL;
	return 0;
}

static int fake_revoke_ask(const struct provider_at *at,
    const struct provider_tokens *t, const struct http_answer *metadata,
    struct http_ask *ask, struct err *e)
{
	char words[3][64] = {""};

	if (metadata)
		fake_words(metadata, words);
	if (fake_by_metadata && strcmp(words[0], "yes") != 0)
		return err_set(e, ERR_NOT_FOUND, "no way is known");
	fake_url(at, "revoke", ask);
	buf_adds(&ask->body, secret_bytes(t->refresh ? t->refresh : t->access));
	return 0;
}

static int fake_revoke_take(
    const struct provider_at *at, const struct http_answer *a, struct err *e)
{
	(void)at;
	return fake_status(a->status, e);
}

static int fake_role_ask(const struct provider_at *at, const char *role,
    const struct secret *access, struct http_ask *ask, struct err *e)
{
	(void)e;
	fake_url(at, "role", ask);
	http_ask_header(
	    ask, "Bearer", secret_bytes(access), secret_len(access));
	buf_adds(&ask->body, role);
	return 0;
}

static int fake_role_take(const struct provider_at *at, const char *role,
    const struct http_answer *a, struct credential *c, struct err *e)
{
	char words[3][64];
	const struct credential_said said = {.key_id = words[0],
	    .secret_key = "s",
	    .token = "t",
	    .expires = at->now};
	struct credential_said full = said;
	int rc = fake_status(a->status, e);

	(void)role;
	memset(c, 0, sizeof(*c));
	if (rc < 0)
		return rc;
	fake_words(a, words);
	full.expires += strtol(words[1], NULL, 10);
	return credential_make(c, at->slab, &full, at->now, e);
}

/* As it is at first: it can be told of a logout, and says where at once. */
static inline void fake_provider_reset(void)
{
	fake_provider = (struct provider){
	    .callback_path = "/back",
	    .token_ask = fake_token_ask,
	    .token_take = fake_token_take,
	    .metadata_ask = fake_metadata_ask,
	    .revoke_ask = fake_revoke_ask,
	    .revoke_take = fake_revoke_take,
	    .role_ask = fake_role_ask,
	    .role_take = fake_role_take,
	};
	fake_by_metadata = 0;
}

const struct provider *provider_of(const struct servers_entry *s, struct err *e)
{
	(void)s;
	(void)e;
	return &fake_provider;
}

/* --- for tests */

/* The i-th call was of that kind, and had that body. */
static inline void assert_asked(size_t i, const char *what, const char *body)
{
	struct http_call *c = &fake_calls[i];
	char *url;

	assert_true(i < fake_n);
	url = strrchr(buf_str(&c->ask.url), '/');
	assert_non_null(url);
	assert_string_equal(url + 1, what);
	assert_string_equal(buf_str(&c->ask.body), body);
}

static inline void fake_says(size_t i, unsigned status, const char *body)
{
	fake_answer(i, status, "text/plain", body);
}

#endif
