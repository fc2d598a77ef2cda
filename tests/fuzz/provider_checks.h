#ifndef MAIRU_FUZZ_PROVIDER_CHECKS_H
#define MAIRU_FUZZ_PROVIDER_CHECKS_H

/*
 * A server whose answers are taken, and what must hold of all that was taken
 * from one, of whichever kind it is.
 */

#include <stdint.h>
#include <string.h>

#include "base/config/servers.h"
#include "base/core/json.h"
#include "base/core/secret.h"
#include "broker/kinds/provider.h"
#include "must.h"
#include "net/aws/credential.h"

#define NOW 1767323045 /* 2026-01-02T03:04:05Z */

static struct slab *slab;
static struct servers_entry server;
static struct secret *secret; /* some token or code that was sent */

/* text: the server's file. */
static inline void begin(const char *text)
{
	static char path[] = "/s.json";
	struct err e;

	server.path = path;
	must(slab_new(&slab, 1 << 22, &e) == 0);
	must(servers_parse(&server, text, strlen(text), slab, &e) == 0);
	must(secret_new(&secret, slab, "s", 1) == 0);
}

static inline const struct provider_at *at(void)
{
	static const struct settings none;
	static struct provider_at a;

	a = (struct provider_at){&server, &none, slab, NOW};
	return &a;
}

static inline void check_token(const struct secret *s)
{
	const char *text = secret_bytes(s);

	must(secret_len(s) > 0 && strlen(text) == secret_len(s));
	for (; *text; text++)
		must(*text > ' ' && *text < 0x7f);
}

/* The body must be JSON of four strings, and the parts those of them. */
static inline void check_body(const struct credential *c)
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

#endif
