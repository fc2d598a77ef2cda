#ifndef MAIRU_TEST_SSO_WORLD_H
#define MAIRU_TEST_SSO_WORLD_H

/*
 * A server of IAM Identity Center, requests to it, and answers of the test's
 * own.
 */

#include "fake_http.h"

#include "base/sys/fault.h"
#include "broker/kinds/provider.h"

#define NOW  1767323045 /* 2026-01-02T03:04:05Z */
#define JSON "application/json"

static struct slab *slab;
static struct servers_entry server;
static struct settings settings;
static struct err e;
static struct http_ask ask;
static struct secret *access_token, *refresh_token, *device_code;
static struct provider_client client;

static char path[] = "/x/s.json";

static inline struct secret *secret_of(const char *text)
{
	struct secret *s = NULL;

	assert_int_equal(secret_new(&s, slab, text, strlen(text)), 0);
	return s;
}

static inline void load(const char *text)
{
	servers_forget(&server);
	if (servers_parse(&server, text, strlen(text), slab, &e) < 0)
		fail_msg("%s", e.msg);
}

#define START "https://corp.awsapps.com/start"

static inline int sso_setup(void **state)
{
	static char id[] = "client-1";

	(void)state;
	memset(&e, 0, sizeof(e));
	memset(&server, 0, sizeof(server));
	memset(&settings, 0, sizeof(settings));
	http_ask_init(&ask);
	server.path = path;
	if (slab_new(&slab, 1 << 20, &e) < 0)
		return -1;
	access_token = secret_of("aoa+TOKEN==");
	refresh_token = secret_of("aor/TOKEN");
	device_code = secret_of("dev\"code");
	client = (struct provider_client){.id = id, .secret = secret_of("s3c")};
	load("{\"id\":\"sso\",\"url\":\"" START "\","
	     "\"aws_sso\":{\"region\":\"eu-west-1\"}}");
	return 0;
}

static inline int sso_teardown(void **state)
{
	(void)state;
	http_ask_release(&ask);
	servers_forget(&server);
	slab_free(slab);
	return 0;
}

static inline const struct provider_at *at(void)
{
	static struct provider_at a;

	a = (struct provider_at){&server, &settings, slab, NOW};
	return &a;
}

static inline void assert_url(const char *url)
{
	assert_string_equal(buf_str(&ask.url), url);
}

/* All of the header but for what curl adds. */
static inline void assert_headers(const char *first, const char *second)
{
	const char *p = (const char *)ask.headers.data;

	assert_string_equal(p, first);
	p += strlen(p) + 1;
	if (second) {
		assert_string_equal(p, second);
		p += strlen(p) + 1;
	}
	assert_ptr_equal(p, ask.headers.data + ask.headers.len);
}

/* A POST of JSON to the OIDC service. */
static inline void assert_post(const char *where, const char *body)
{
	char url[200];

	(void)snprintf(
	    url, sizeof(url), "https://oidc.eu-west-1.amazonaws.com/%s", where);
	assert_url(url);
	assert_headers("Accept: application/json", NULL);
	assert_string_equal(ask.content_type, JSON);
	assert_int_equal(ask.head, 0);
	assert_string_equal(buf_str(&ask.body), body);
	http_ask_release(&ask);
}

static inline void answer(
    struct http_answer *a, unsigned status, const char *type, const char *body)
{
	fake_make(a, status, *body ? JSON : "", body);
	(void)snprintf(a->error_type, sizeof(a->error_type), "%s", type);
}

/* What a message must hold, and that a terminal shows it as it is. */
static inline void assert_said(int rc, int want, const char *words)
{
	assert_int_equal(rc, want);
	if (!strstr(e.msg, words) || !strstr(e.msg, "sso"))
		fail_msg("%s\nwithout: %s", e.msg, words);
	assert_true(fault_shows(e.msg, strlen(e.msg)));
}

#endif
