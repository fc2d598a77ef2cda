/*
 * Parses one file of servers.d.  Strict, since it decides where a login and its
 * tokens go.
 */

#include "base/config/servers.h"

#include <stdlib.h>
#include <string.h>

#include "base/config/servers_object.h"
#include "base/core/secret.h"
#include "base/core/url.h"

/* GCC 12 reports strings stored through a pointer as leaks; LeakSanitizer finds
 * none. */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wanalyzer-malloc-leak"
#endif

static const struct intake_rule id_rule = {
    1, 2048, NULL, "a string of 1 to 2048 bytes", 0};

/* Never quoted: it may contain a misplaced password. */
static void take_url(struct servers_parse *c, const struct json_value *v,
    const struct servers_kind_row *kind)
{
	struct buf url = BUF_INIT(SERVERS_MAX_BYTES);
	struct buf normal = BUF_INIT(URL_MAX + 1);
	const char *s = json_str(v, NULL), *why;

	if (s == NULL) {
		intake_wrong(&c->in, "url", "a URL", v);
		return;
	}
	buf_add(&url, s,
	    kind != NULL && kind->cuts_fragment ? strcspn(s, "#") : strlen(s));
	why = url_fault(buf_str(&url), URL_HTTPS | URL_HTTP_LOOPBACK);
	if (why == NULL) {
		url_normal(&normal, buf_str(&url));
		c->in.nomem |= normal.failed;
		c->s->url = intake_dup(&c->in, buf_str(&normal));
		if (kind != NULL && kind->is_base && !normal.failed &&
		    normal.data[normal.len - 1] != '/')
			why = "it must end in a slash, since other URLs are "
			      "resolved against it";
	}
	if (why != NULL)
		fault_add(&c->in.faults, "\"url\": %s", why);
	buf_release(&url);
	buf_release(&normal);
}

static void take_id(struct servers_parse *c, const struct json_value *v)
{
	c->s->id_given = v != NULL;
	if (v != NULL)
		c->s->id = intake_string(&c->in, v, "id", &id_rule);
	else if (c->s->url != NULL)
		c->s->id = intake_dup(&c->in, c->s->url);
}

/* Counts the kinds the file has a member for; stores the last kind and its
 * member. */
static size_t find_kind(struct servers_parse *c, struct servers_part *root,
    const struct servers_kind_row **kind, struct servers_part *of)
{
	struct servers_part part;
	size_t n = 0;

	for (size_t i = 0; i < SERVERS_KINDS; i++) {
		if (!servers_object(c, root, servers_kinds[i].key,
			servers_kinds[i].key, &part))
			continue;
		*kind = &servers_kinds[i];
		*of = part;
		n++;
	}
	return n;
}

static void say_kinds(struct servers_parse *c, size_t found)
{
	struct buf names = BUF_INIT(SERVERS_MAX_BYTES);

	for (size_t i = 0; i < SERVERS_KINDS; i++)
		buf_addf(&names, "%s\"%s\"",
		    i == 0		    ? ""
		    : i + 1 < SERVERS_KINDS ? ", "
					    : " or ",
		    servers_kinds[i].key);
	fault_add(&c->in.faults, "expected either %s, found %s",
	    buf_str(&names),
	    found == 0	 ? "neither"
	    : found == 2 ? "both"
			 : "several");
	buf_release(&names);
}

static void take_root(struct servers_parse *c, const struct json_value *v)
{
	const char *known[3 + SERVERS_KINDS] = {"url", "id"};
	struct servers_part root = {.prefix = "", .v = v}, of = {.v = NULL};
	const struct servers_kind_row *kind = NULL;
	size_t n;

	if (json_kind(v) != JSON_OBJECT) {
		fault_add(&c->in.faults,
		    "expected {\"url\": ..., ...}, found %s",
		    json_kind_name(json_kind(v)));
		return;
	}
	for (size_t i = 0; i < SERVERS_KINDS; i++)
		known[2 + i] = servers_kinds[i].key;
	n = find_kind(c, &root, &kind, &of);
	if (n != 1)
		kind = NULL;
	/* Required, so null is reported as a wrong value. */
	take_url(c, json_get(v, "url"), kind);
	take_id(c, servers_member(&root, "id"));
	if (kind == NULL)
		say_kinds(c, n);
	else
		c->s->kind = (enum servers_kind)(kind - servers_kinds);
	if (kind != NULL && of.v != NULL)
		kind->take(c, &of);
	servers_unknown(c, &root, known);
}

int servers_parse(struct servers_entry *one, const void *text, size_t len,
    struct slab *secrets, struct err *e)
{
	struct servers_parse c = {.s = one, .secrets = secrets};
	struct json *doc = NULL;
	int r;

	r = intake_json(&doc, one->path, text, len, e);
	if (r < 0)
		return r;
	intake_init(&c.in);
	take_root(&c, json_root(doc));
	json_free(doc);
	r = intake_end(&c.in, one->path, e);
	if (r < 0)
		servers_forget(one);
	return r;
}

void servers_forget(struct servers_entry *one)
{
	char *path = one->path;

	free(one->fault);
	free(one->warning);
	free(one->id);
	free(one->url);
	free(one->scope);
	free(one->region);
	free(one->client_id);
	secret_free(one->client_secret);
	free(one->token_endpoint);
	free(one->revocation_endpoint);
	free(one->device_endpoint);
	free(one->authorization_endpoint);
	free(one->redirect_path);
	for (size_t i = 0; i < one->n_unknown; i++)
		free(one->unknown[i]);
	memset(one, 0, sizeof(*one));
	one->path = path;
}
