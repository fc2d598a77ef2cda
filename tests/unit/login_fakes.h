#ifndef MAIRU_TEST_LOGIN_FAKES_H
#define MAIRU_TEST_LOGIN_FAKES_H

/*
 * What a login is made of, faked: a catalog of two servers, a provider that
 * writes down what it is asked and says what the test wants, one call at a
 * time that ends when the test says so, clients that are kept, and a list of
 * sessions.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/core/secret.h"
#include "broker/kinds/provider.h"
#include "broker/servers/catalog.h"
#include "broker/servers/metadata.h"
#include "broker/servers/registration.h"
#include "broker/sessions/session.h"
#include "net/http/http.h"

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

/* What the call under way asks for. */
enum fake_ask {
	FAKE_CLIENT = 1,
	FAKE_DEVICE,
	FAKE_TOKEN,
};
static enum fake_ask fake_asked;
static char fake_client[32]; /* whose it is, "" where it is nobody's */

/* What answers say: 0, PROVIDER_..., or fake_take_fails. */
static int fake_token_says, fake_device_says;
static int64_t fake_seconds, fake_interval; /* of a device authorization */
static int64_t fake_retry_after;
static int fake_clients; /* so many were registered */

static char fake_kept[2][32]; /* by grant; "": none */
static int fake_finds, fake_drops;

static http_done *fake_done;
static void *fake_done_arg;
static int fake_calls, fake_cancelled;

static unsigned char fake_session[HASH_SHA256];
static char fake_session_client[32];
static int fake_sessions;

/* What the server says of itself, if anything is asked: it is told when the
 * test says so, apart from the calls. */
static int fake_has_metadata;
static const char *fake_issuer; /* NULL: it has no document */
static int fake_sends_iss;
static http_done *fake_metadata_done;
static void *fake_metadata_arg;
static int fake_metadata_cancelled;
static const char *fake_code_goes_to; /* a URL, or NULL */

static struct provider fake_provider;

static inline void fake_reset_provider(void);

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
	memset(fake_kept, 0, sizeof(fake_kept));
	memset(fake_client, 0, sizeof(fake_client));
	memset(fake_session_client, 0, sizeof(fake_session_client));
	fake_done = NULL;
	fake_calls = fake_cancelled = fake_sessions = 0;
	fake_token_says = fake_device_says = 0;
	fake_clients = fake_finds = fake_drops = 0;
	fake_seconds = 600;
	fake_interval = 5;
	fake_retry_after = -1;
	fake_has_metadata = fake_sends_iss = fake_metadata_cancelled = 0;
	fake_issuer = fake_code_goes_to = NULL;
	fake_metadata_done = NULL;
	fake_reset_provider();
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

static int fake_authorize(const struct provider_at *at,
    const struct provider_flow *flow, struct buf *url, struct err *e)
{
	(void)e;
	buf_addf(url, "https://login.%s.example/authorize?r=%s&s=%s&c=%s",
	    at->server->id, flow->redirect_uri, flow->state, flow->challenge);
	return 0;
}

static inline void fake_note(
    enum fake_ask what, const struct provider_client *client)
{
	fake_asked = what;
	(void)snprintf(fake_client, sizeof(fake_client), "%s",
	    client && client->id ? client->id : "");
}

static int fake_token_ask(const struct provider_at *at,
    const struct provider_flow *flow, struct http_ask *ask, struct err *e)
{
	(void)at;
	if (fake_ask_fails.code) {
		*e = fake_ask_fails;
		return e->code;
	}
	http_ask_init(ask);
	fake_note(FAKE_TOKEN, flow->client);
	if (flow->device_code) {
		(void)snprintf(fake_code, sizeof(fake_code), "%s",
		    (const char *)secret_bytes(flow->device_code));
		return 0;
	}
	(void)snprintf(fake_code, sizeof(fake_code), "%s", flow->code);
	(void)snprintf(
	    fake_verifier, sizeof(fake_verifier), "%s", flow->verifier);
	(void)snprintf(
	    fake_redirect, sizeof(fake_redirect), "%s", flow->redirect_uri);
	return 0;
}

static int fake_token_take(const struct provider_at *at,
    const struct provider_flow *flow, const struct http_answer *a,
    struct provider_tokens *t, struct err *e)
{
	(void)flow;
	(void)a;
	if (fake_take_fails.code) {
		*e = fake_take_fails;
		return e->code;
	}
	if (fake_token_says == PROVIDER_CLIENT)
		(void)err_set(e, ERR_DENIED, "the client is unknown");
	if (fake_token_says)
		return fake_token_says;
	return secret_new(&t->access, at->slab, "token", 5);
}

static int fake_client_ask(const struct provider_at *at, enum servers_grant g,
    struct http_ask *ask, struct err *e)
{
	(void)at;
	(void)g;
	if (fake_ask_fails.code) {
		*e = fake_ask_fails;
		return e->code;
	}
	http_ask_init(ask);
	fake_note(FAKE_CLIENT, NULL);
	return 0;
}

static int fake_client_take(const struct provider_at *at,
    const struct http_answer *a, struct provider_client *c, struct err *e)
{
	char id[32];

	(void)a;
	if (fake_take_fails.code) {
		*e = fake_take_fails;
		return e->code;
	}
	(void)snprintf(id, sizeof(id), "client%d", ++fake_clients);
	c->id = strdup(id);
	return secret_new(&c->secret, at->slab, "hidden", 6);
}

static int fake_device_ask(const struct provider_at *at,
    const struct provider_flow *flow, struct http_ask *ask, struct err *e)
{
	(void)at;
	if (fake_ask_fails.code) {
		*e = fake_ask_fails;
		return e->code;
	}
	http_ask_init(ask);
	fake_note(FAKE_DEVICE, flow->client);
	return 0;
}

static int fake_device_take(const struct provider_at *at,
    const struct http_answer *a, struct provider_device *d, struct err *e)
{
	(void)a;
	if (fake_take_fails.code) {
		*e = fake_take_fails;
		return e->code;
	}
	if (fake_device_says == PROVIDER_CLIENT)
		(void)err_set(e, ERR_DENIED, "the client is unknown");
	if (fake_device_says)
		return fake_device_says;
	d->user_code = strdup("AB\033CD");
	d->uri = strdup("https://contoso.example/device");
	d->complete = strdup("https://contoso.example/device?c=ABCD");
	d->seconds = fake_seconds;
	d->interval = fake_interval;
	return secret_new(&d->code, at->slab, "device-code", 11);
}

/* The server registers clients. */
static inline void fake_with_clients(void)
{
	fake_provider.client_ask = fake_client_ask;
}

static int fake_code_url(
    const struct provider_at *at, struct buf *url, struct err *e)
{
	(void)at;
	(void)e;
	if (!fake_code_goes_to)
		return ERR_FORMAT;
	buf_adds(url, fake_code_goes_to);
	return 0;
}

static int fake_metadata_take(const struct provider_at *at,
    const struct http_answer *a, struct provider_metadata *m, struct err *e)
{
	(void)at;
	(void)a;
	memset(m, 0, sizeof(*m));
	if (!fake_issuer)
		return err_set(e, ERR_NOT_FOUND, "it has none");
	m->issuer = strdup(fake_issuer);
	m->sends_iss = fake_sends_iss;
	return 0;
}

void provider_metadata_release(struct provider_metadata *m)
{
	free(m->issuer);
	free(m->revocation);
	memset(m, 0, sizeof(*m));
}

int metadata_start(struct http *http, const struct provider *p,
    const struct provider_at *at, http_done *done, void *arg,
    struct metadata **m, struct err *e)
{
	(void)http;
	(void)p;
	(void)at;
	*m = NULL;
	if (!fake_has_metadata)
		return err_set(e, ERR_NOT_FOUND, "there is nothing to ask");
	fake_metadata_done = done;
	fake_metadata_arg = arg;
	*m = (struct metadata *)(void *)&fake_metadata_done;
	return 0;
}

void metadata_cancel(struct metadata *m)
{
	if (!m)
		return;
	fake_metadata_done = NULL;
	fake_metadata_cancelled++;
}

/* It says what it is, or can't be asked. */
static inline void fake_says_itself(const struct err *failed)
{
	http_done *done = fake_metadata_done;
	const struct http_answer a = {.status = 200};

	fake_metadata_done = NULL;
	done(fake_metadata_arg, failed ? NULL : &a, failed);
}

/* It registers none. */
static inline void fake_reset_provider(void)
{
	fake_provider = (struct provider){
	    .callback_path = "/oauth2callback",
	    .client_take = fake_client_take,
	    .authorize = fake_authorize,
	    .device_ask = fake_device_ask,
	    .device_take = fake_device_take,
	    .token_ask = fake_token_ask,
	    .token_take = fake_token_take,
	    .code_url = fake_code_url,
	    .metadata_take = fake_metadata_take,
	};
}

const struct provider *provider_of(const struct servers_entry *s, struct err *e)
{
	if (s->kind == SERVERS_OAUTH)
		return &fake_provider;
	(void)err_set(e, ERR_USAGE, "no such kind yet");
	return NULL;
}

void provider_client_release(struct provider_client *c)
{
	free(c->id);
	secret_free(c->secret);
	memset(c, 0, sizeof(*c));
}

int provider_client_copy(struct provider_client *to,
    const struct provider_client *from, struct slab *slab, struct err *e)
{
	memset(to, 0, sizeof(*to));
	if (!from->id)
		return 0;
	to->id = strdup(from->id);
	if (secret_new(&to->secret, slab, "hidden", 6) < 0)
		return err_set(e, ERR_NOMEM, "no memory");
	return 0;
}

void provider_tokens_release(struct provider_tokens *t)
{
	secret_free(t->access);
	secret_free(t->refresh);
	provider_client_release(&t->client);
	memset(t, 0, sizeof(*t));
}

void provider_device_release(struct provider_device *d)
{
	secret_free(d->code);
	free(d->user_code);
	free(d->uri);
	free(d->complete);
	memset(d, 0, sizeof(*d));
}

/* The registrations are the slab. */
int registration_find(struct registrations *r, const struct servers_entry *s,
    enum servers_grant g, int64_t now, struct provider_client *c)
{
	(void)s;
	(void)now;
	fake_finds++;
	if (!fake_kept[g][0])
		return 0;
	c->id = strdup(fake_kept[g]);
	return secret_new(&c->secret, (struct slab *)(void *)r, "hidden", 6) ==
	       0;
}

void registration_keep(struct registrations *r, const struct servers_entry *s,
    enum servers_grant g, const struct provider_client *c)
{
	(void)r;
	(void)s;
	(void)snprintf(fake_kept[g], sizeof(fake_kept[g]), "%s", c->id);
}

void registration_drop(struct registrations *r, const struct servers_entry *s,
    enum servers_grant g)
{
	(void)r;
	(void)s;
	fake_kept[g][0] = '\0';
	fake_drops++;
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
	/* Two at once are one too many. */
	if (fake_done)
		abort();
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
	struct http_answer a = {.status = 200, .retry_after = fake_retry_after};

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
	(void)snprintf(fake_session_client, sizeof(fake_session_client), "%s",
	    take_tokens->client.id ? take_tokens->client.id : "");
	provider_tokens_release(take_tokens);
	return 0;
}

#endif
