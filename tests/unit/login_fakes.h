#ifndef MAIRU_TEST_LOGIN_FAKES_H
#define MAIRU_TEST_LOGIN_FAKES_H

/*
 * What a login is made of, faked: a catalog of two servers, a provider that
 * writes down what it is asked, one call that ends when the test says so, and
 * a list of sessions.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/slab.h"
#include "broker/catalog.h"
#include "broker/http.h"
#include "broker/provider.h"
#include "broker/session.h"

enum {
	FAKE_SERVERS = 2,
	FAKE_TEXT = 32 * 1024,
};

static struct servers_entry fake_servers[FAKE_SERVERS];
static unsigned char fake_identities[FAKE_SERVERS][HASH_SHA256];
static int fake_gone[FAKE_SERVERS];

/* Of the token request. */
static char fake_code[FAKE_TEXT], fake_verifier[128], fake_redirect[256];
static struct err fake_ask_fails;   /* code 0: it does not */
static struct err fake_start_fails; /* the same */
static struct err fake_take_fails;

static http_done *fake_done;
static void *fake_done_arg;
static int fake_calls, fake_cancelled;

static unsigned char fake_session[HASH_SHA256];
static int fake_sessions;

static inline void fake_reset(void)
{
	static char ids[FAKE_SERVERS][16] = {"contoso", "fabrikam"};
	static char urls[FAKE_SERVERS][64] = {
	    "https://api.contoso.example/", "https://fabrikam.example/mairu/"};
	static char paths[FAKE_SERVERS][64] = {
	    "/etc/servers.d/contoso.json", "/etc/servers.d/fabrikam.json"};
	int i;

	for (i = 0; i < FAKE_SERVERS; i++) {
		fake_servers[i] = (struct servers_entry){
		    .path = paths[i],
		    .id = ids[i],
		    .url = urls[i],
		    .has_code = 1,
		};
		memset(fake_identities[i], i + 1, HASH_SHA256);
		fake_gone[i] = 0;
	}
	memset(&fake_ask_fails, 0, sizeof(fake_ask_fails));
	memset(&fake_start_fails, 0, sizeof(fake_start_fails));
	memset(&fake_take_fails, 0, sizeof(fake_take_fails));
	memset(fake_code, 0, sizeof(fake_code));
	fake_done = NULL;
	fake_calls = fake_cancelled = fake_sessions = 0;
}

int catalog_find(struct catalog *c, const char *name,
    struct catalog_entry *found, struct err *e)
{
	int i;

	(void)c;
	for (i = 0; i < FAKE_SERVERS; i++) {
		if (fake_gone[i] || (strcmp(name, fake_servers[i].id) != 0 &&
					strcmp(name, fake_servers[i].url) != 0))
			continue;
		found->server = &fake_servers[i];
		memcpy(found->identity, fake_identities[i], HASH_SHA256);
		return 0;
	}
	return err_set(e, ERR_NOT_FOUND, "there is no server %s", name);
}

static int fake_authorize(const struct servers_entry *s,
    const struct provider_flow *flow, struct buf *url, struct err *e)
{
	(void)e;
	buf_addf(url, "https://login.%s.example/authorize?r=%s&s=%s&c=%s",
	    s->id, flow->redirect_uri, flow->state, flow->challenge);
	return 0;
}

static int fake_token_ask(const struct servers_entry *s,
    const struct provider_flow *flow, struct http_ask *ask, struct err *e)
{
	(void)s;
	(void)ask;
	if (fake_ask_fails.code) {
		*e = fake_ask_fails;
		return e->code;
	}
	(void)snprintf(fake_code, sizeof(fake_code), "%s", flow->code);
	(void)snprintf(
	    fake_verifier, sizeof(fake_verifier), "%s", flow->verifier);
	(void)snprintf(
	    fake_redirect, sizeof(fake_redirect), "%s", flow->redirect_uri);
	return 0;
}

static int fake_token_take(const struct servers_entry *s,
    const struct http_answer *a, int64_t now, struct slab *slab,
    struct provider_tokens *t, struct err *e)
{
	(void)s;
	(void)a;
	(void)now;
	if (fake_take_fails.code) {
		*e = fake_take_fails;
		return e->code;
	}
	return secret_new(&t->access, slab, "token", 5);
}

static const struct provider fake_provider = {
    .callback_path = "/oauth2callback",
    .authorize = fake_authorize,
    .token_ask = fake_token_ask,
    .token_take = fake_token_take,
};

const struct provider *provider_of(const struct servers_entry *s, struct err *e)
{
	if (s->kind == SERVERS_OAUTH)
		return &fake_provider;
	(void)err_set(e, ERR_USAGE, "no such kind yet");
	return NULL;
}

void provider_tokens_release(struct provider_tokens *t)
{
	secret_free(t->access);
	secret_free(t->refresh);
	memset(t, 0, sizeof(*t));
}

void http_ask_init(struct http_ask *a)
{
	memset(a, 0, sizeof(*a));
}

void http_ask_release(struct http_ask *a)
{
	(void)a;
}

int http_start(struct http *h, struct http_ask *take_ask, http_done *done,
    void *arg, struct http_call **call, struct err *e)
{
	(void)h;
	(void)take_ask;
	if (fake_start_fails.code) {
		*e = fake_start_fails;
		return e->code;
	}
	fake_done = done;
	fake_done_arg = arg;
	fake_calls++;
	*call = (struct http_call *)(void *)&fake_calls;
	return 0;
}

void http_cancel(struct http_call *c)
{
	if (!c)
		return;
	fake_done = NULL;
	fake_cancelled++;
}

/* The answer to the call under way, or its failure. */
static inline void fake_answer(const struct err *e)
{
	http_done *done = fake_done;
	struct http_answer a = {.status = 200};

	fake_done = NULL;
	done(fake_done_arg, e ? NULL : &a, e);
}

int sessions_put(struct sessions *s, const struct catalog_entry *server,
    struct provider_tokens *take_tokens, struct err *e)
{
	(void)s;
	(void)e;
	memcpy(fake_session, server->identity, HASH_SHA256);
	fake_sessions++;
	provider_tokens_release(take_tokens);
	return 0;
}

#endif
