#ifndef MAIRU_TEST_PROVIDER_WORLD_H
#define MAIRU_TEST_PROVIDER_WORLD_H

/*
 * What the tests of providers share: a server by its file, a slab, and what a
 * request or an answer leaves behind.
 */

#include "fake_http.h"

#include "broker/kinds/provider.h"

#define NOW 1767323045 /* 2026-01-02T03:04:05Z */

static struct slab *slab;
static struct servers_entry server;
static struct err e;
static struct http_ask ask;
static struct provider_tokens tokens;
static struct credential c;

static char path[] = "/x/s.json";

static inline int setup(void **state)
{
	(void)state;
	memset(&e, 0, sizeof(e));
	memset(&tokens, 0, sizeof(tokens));
	memset(&c, 0, sizeof(c));
	memset(&server, 0, sizeof(server));
	http_ask_init(&ask);
	server.path = path;
	return slab_new(&slab, 1 << 20, &e);
}

static inline int teardown(void **state)
{
	(void)state;
	http_ask_release(&ask);
	provider_tokens_release(&tokens);
	credential_release(&c);
	servers_forget(&server);
	slab_free(slab);
	return 0;
}

static inline void load(const char *text)
{
	servers_forget(&server);
	if (servers_parse(&server, text, strlen(text), slab, &e) < 0)
		fail_msg("%s", e.msg);
}

#define PUBLIC                                                                 \
	"{\"id\":\"corp\",\"url\":\"https://c.example/m/\","                   \
	"\"oauth\":{\"client_id\":\"me & you\",\"code_grant\":{}}}"

static inline const struct provider *provider(void)
{
	const struct provider *p = provider_of(&server, &e);

	assert_non_null(p);
	return p;
}

static inline const struct provider_at *at(void)
{
	static const struct settings none;
	static struct provider_at a;

	a = (struct provider_at){&server, &none, slab, NOW};
	return &a;
}

#define JSON "application/json"

#endif
