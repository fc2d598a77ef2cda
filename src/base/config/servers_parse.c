/*
 * What one file of servers.d says.  Strict, since it decides where a login
 * and its tokens go.
 */

#include "base/config/servers.h"

#include <stdlib.h>
#include <string.h>

#include "base/config/region.h"
#include "base/config/servers_object.h"
#include "base/core/secret.h"
#include "base/core/url.h"

/* GCC 12 takes a string that is stored through a pointer for lost; the tests
 * under LeakSanitizer say that none is. */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wanalyzer-malloc-leak"
#endif

static const struct intake_rule id_rule = {
    1, 2048, NULL, "a string of 1 to 2048 bytes", 0};

/* Those of Identity Center have a dash, all of them. */
static int is_home_region(const struct json_value *v)
{
	size_t len = 0;
	const char *s = json_str(v, &len);

	return s != NULL && region_is(s, len) && strchr(s, '-') != NULL;
}

static void take_aws_sso(struct servers_parse *c, struct servers_part *sso)
{
	static const char *const known[] = {
	    "region", "scope", "local_port", NULL};
	const struct json_value *v = servers_member(sso, "region");
	const char *region = json_str(v, NULL);

	if (is_home_region(v))
		c->s->region = intake_dup(&c->in, region);
	else
		intake_wrong(&c->in, sso->label, REGION_WANTED, v);
	servers_scope(c, sso, "sso:account:access");
	servers_port(c, sso);
	servers_unknown(c, sso, known);
	c->s->has_code = c->s->has_device = 1;
	c->s->default_grant = SERVERS_CODE;
}

/* Not quoted in a message: there may be a password in it, out of place. */
static void take_url(
    struct servers_parse *c, const struct json_value *v, int oauth, int sso)
{
	struct buf url = BUF_INIT(SERVERS_MAX_BYTES);
	struct buf normal = BUF_INIT(URL_MAX + 1);
	const char *s = json_str(v, NULL), *why;

	if (s == NULL) {
		intake_wrong(&c->in, "url", "a URL", v);
		return;
	}
	/* The address bar of IAM Identity Center ends in "/start#/".  What is
	 * behind the # is sent to nobody. */
	buf_add(&url, s, sso ? strcspn(s, "#") : strlen(s));
	why = url_fault(buf_str(&url), URL_HTTPS | URL_HTTP_LOOPBACK);
	if (why == NULL) {
		url_normal(&normal, buf_str(&url));
		c->in.nomem |= normal.failed;
		c->s->url = intake_dup(&c->in, buf_str(&normal));
		if (oauth && !sso && !normal.failed &&
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

static void take_root(struct servers_parse *c, const struct json_value *v)
{
	static const char *const known[] = {
	    "url", "id", "aws_sso", "oauth", NULL};
	struct servers_part root = {.prefix = "", .v = v}, sso, oauth;
	int is_sso, is_oauth;

	if (json_kind(v) != JSON_OBJECT) {
		fault_add(&c->in.faults,
		    "expected {\"url\": ..., ...}, found %s",
		    json_kind_name(json_kind(v)));
		return;
	}
	is_sso = servers_object(c, &root, "aws_sso", "aws_sso", &sso);
	is_oauth = servers_object(c, &root, "oauth", "oauth", &oauth);
	/* Required, so that null is a thing found there. */
	take_url(c, json_get(v, "url"), is_oauth, is_sso);
	take_id(c, servers_member(&root, "id"));
	if (is_sso == is_oauth)
		fault_add(&c->in.faults,
		    "expected either \"oauth\" or \"aws_sso\", found %s",
		    is_sso ? "both" : "neither");
	c->s->kind = is_sso ? SERVERS_AWS_SSO : SERVERS_OAUTH;
	if (sso.v != NULL && !is_oauth)
		take_aws_sso(c, &sso);
	if (oauth.v != NULL && !is_sso)
		servers_oauth(c, &oauth);
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
