/* Whatever a server answers: it is taken whole or not at all, what is taken
 * fits where it goes, and a message about it shows on a terminal as it is.
 * The first byte chooses the status, the second the type. */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "base/json.h"
#include "broker/provider.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define NOW 1767323045 /* 2026-01-02T03:04:05Z */

#define must(so)                                                               \
	do {                                                                   \
		if (!(so)) {                                                   \
			(void)fprintf(stderr, "not so: %s\n", #so);            \
			abort();                                               \
		}                                                              \
	} while (0)

static struct slab *slab;
static struct servers_entry server;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	static const char text[] =
	    "{\"id\":\"corp\",\"url\":\"https://c.example/\","
	    "\"oauth\":{\"client_id\":\"me\",\"code_grant\":{}}}";
	static char path[] = "/s.json";
	struct err e;

	(void)argc;
	(void)argv;
	server.path = path;
	must(slab_new(&slab, 1 << 22, &e) == 0);
	must(servers_parse(&server, text, strlen(text), slab, &e) == 0);
	return 0;
}

static void check_no(int rc, const struct err *e)
{
	must(rc == ERR_LOGIN || rc == ERR_DENIED || rc == ERR_UPSTREAM);
	must(e->code == rc);
	must(strstr(e->msg, "corp") != NULL);
	must(fault_shows(e->msg, strlen(e->msg)));
}

static void check_token(const struct secret *s)
{
	const char *text = secret_bytes(s);

	must(secret_len(s) > 0 && strlen(text) == secret_len(s));
	for (; *text; text++)
		must(*text > ' ' && *text < 0x7f);
}

static void token(const struct http_answer *a)
{
	struct provider_tokens t;
	struct err e;
	int rc = provider_api.token_take(&server, a, NOW, slab, &t, &e);

	if (rc < 0) {
		check_no(rc, &e);
		must(rc != ERR_LOGIN && !t.access && !t.refresh);
		return;
	}
	must(a->status == 200 && (t.expires == 0 || t.expires > NOW));
	check_token(t.access);
	if (t.refresh)
		check_token(t.refresh);
	provider_tokens_release(&t);
}

/* The body must be JSON of four strings, and the parts those of them. */
static void check_body(const struct credential *c)
{
	const struct credential_part *parts[] = {
	    &c->key_id, &c->secret_key, &c->token};
	static const char *const keys[] = {
	    "AccessKeyId", "SecretAccessKey", "Token"};
	struct json *doc;
	int64_t t;

	must(secret_len(c->body) <= CREDENTIAL_MAX_BODY);
	must(json_parse(
		 &doc, secret_bytes(c->body), secret_len(c->body), NULL) == 0);
	must(json_count(json_root(doc)) == 4);
	for (size_t i = 0; i < 3; i++) {
		size_t len;
		const char *s =
		    json_str(json_get(json_root(doc), keys[i]), &len);

		must(s && len > 0 && len == parts[i]->len);
		must(memcmp(credential_text(c, parts[i]), s, len) == 0);
	}
	must(credential_parse_time(
		 json_str(json_get(json_root(doc), "Expiration"), NULL), 20,
		 &t) == 0);
	must(t == c->expires);
	json_free(doc);
}

static void role(const struct http_answer *a)
{
	struct credential c;
	struct err e;
	int rc = provider_api.role_take(&server, "Dev", a, NOW, slab, &c, &e);

	if (rc < 0) {
		check_no(rc, &e);
		must(!c.body);
		return;
	}
	must(a->status == 200 && credential_valid(&c, NOW));
	must(credential_renew_at(&c) > NOW);
	check_body(&c);
	credential_release(&c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const unsigned statuses[] = {
	    200, 400, 401, 403, 404, 429, 503, 302, 101};
	static const char *const types[] = {
	    "application/json", "text/plain", "text/html", ""};
	struct http_answer a = {.retry_after = -1};

	if (size < 2)
		return 0;
	a.status = statuses[data[0] % (sizeof(statuses) / sizeof(*statuses))];
	(void)snprintf(a.content_type, sizeof(a.content_type), "%s",
	    types[data[1] % (sizeof(types) / sizeof(types[0]))]);
	buf_init(&a.body, HTTP_MAX_BODY);
	buf_add(&a.body, data + 2, size - 2);
	token(&a);
	role(&a);
	buf_release(&a.body);
	return 0;
}
