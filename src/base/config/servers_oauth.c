/*
 * The OAuth client of a credential server: the object "oauth" of its file.
 */

#include "base/config/servers_object.h"

#include <string.h>

#include "base/core/secret.h"
#include "base/core/text.h"
#include "base/core/url.h"

/* GCC 12 reports strings stored through a pointer as leaks; LeakSanitizer finds
 * none. */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wanalyzer-malloc-leak"
#endif

/* RFC 6749, appendix A.1 and A.2: VSCHAR. */
static int in_client(char c)
{
	return c >= 0x20 && c <= 0x7e;
}

static const struct intake_rule client_id_rule = {
    1, 2048, in_client, "1 to 2048 printable ASCII characters", 0};
static const struct intake_rule client_secret_rule = {
    1, 4096, in_client, "1 to 4096 printable ASCII characters", 1};

/* Never quoted: it may contain a misplaced password. */
static char *take_endpoint(
    struct servers_parse *c, struct servers_part *part, const char *key)
{
	const struct json_value *v = servers_member(part, key);
	const char *s = json_str(v, NULL), *why;

	if (v == NULL)
		return NULL;
	if (s == NULL) {
		intake_wrong(&c->in, part->label,
		    "a URL, or a path that \"url\" leads to", v);
		return NULL;
	}
	why = url_reference_fault(s, URL_HTTPS | URL_HTTP_LOOPBACK);
	if (why != NULL) {
		fault_add(&c->in.faults, "\"%s\": %s", part->label, why);
		return NULL;
	}
	return intake_dup(&c->in, s);
}

static void take_secret(struct servers_parse *c, struct servers_part *oauth)
{
	const struct json_value *v = servers_member(oauth, "client_secret");
	const char *s;
	size_t len = 0;

	if (v == NULL)
		return;
	s = intake_text(&c->in, v, oauth->label, &client_secret_rule, &len);
	if (s == NULL)
		return;
	c->s->has_secret = 1;
	if (c->secrets != NULL &&
	    secret_new(&c->s->client_secret, c->secrets, s, len) < 0)
		c->in.nomem = 1;
}

/* The names are those of RFC 7591, section 2. */
static void take_auth(struct servers_parse *c, struct servers_part *oauth)
{
	static const char *const names[] = {
	    "client_secret_basic", "client_secret_post", "none"};
	const struct json_value *v =
	    servers_member(oauth, "token_endpoint_auth_method");
	const char *s = json_str(v, NULL);
	size_t i = 0, n = sizeof(names) / sizeof(names[0]);

	if (v == NULL)
		return;
	while (i < n && (s == NULL || strcmp(names[i], s) != 0))
		i++;
	if (i == n) {
		intake_wrong(&c->in, oauth->label,
		    "\"client_secret_basic\", \"client_secret_post\" or "
		    "\"none\"",
		    v);
		return;
	}
	if (strcmp(names[i], "client_secret_post") == 0)
		c->s->client_auth = SERVERS_AUTH_POST;
	if (c->s->has_secret != (strcmp(names[i], "none") != 0))
		fault_add(&c->in.faults,
		    "\"%s\" is \"%s\", but there is %s "
		    "\"oauth.client_secret\"",
		    oauth->label, names[i], c->s->has_secret ? "a" : "no");
}

/* Characters that need no escape in a path (RFC 3986, section 2.3), and a
 * slash. */
static int in_path(char c)
{
	return text_has(c, "-._~/");
}

static const struct intake_rule path_rule = {2, 128, in_path,
    "a path such as /oauth2callback/contoso: 2 to 128 of a-z A-Z 0-9 - . _ ~ /",
    0};

/* 1 unless a browser would drop a segment or merge slashes. */
static int is_plain_path(const char *s)
{
	size_t len;

	if (*s != '/')
		return 0;
	for (; *s; s += len) {
		s++;
		len = strcspn(s, "/");
		if ((len == 0 && *s) || (len == 1 && *s == '.') ||
		    (len == 2 && s[0] == '.' && s[1] == '.'))
			return 0;
	}
	return 1;
}

/* A redirect path unique to one server prevents mix-up attacks (RFC 9700,
 * section 4.4.2). */
static void take_redirect_path(
    struct servers_parse *c, struct servers_part *code)
{
	const struct json_value *v = servers_member(code, "redirect_path");
	const char *s;

	if (v == NULL)
		return;
	s = intake_text(&c->in, v, code->label, &path_rule, NULL);
	if (s == NULL)
		return;
	/* "/auth/" is where we send browsers off to log in. */
	if (!is_plain_path(s) || strncmp(s, "/auth/", 6) == 0) {
		fault_add(&c->in.faults,
		    "\"%s\": expected a path that begins with a slash, without "
		    "empty parts, \".\" and \"..\", and not below /auth/",
		    code->label);
		return;
	}
	c->s->redirect_path = intake_dup(&c->in, s);
}

static void take_code(struct servers_parse *c, struct servers_part *oauth)
{
	static const char *const known[] = {"authorization_endpoint",
	    "local_port", "use_localhost", "redirect_path", NULL};
	struct servers_part code;
	const struct json_value *v;

	c->s->has_code =
	    servers_object(c, oauth, "code_grant", "oauth.code_grant", &code);
	c->s->authorization_endpoint =
	    take_endpoint(c, &code, "authorization_endpoint");
	servers_port(c, &code);
	v = servers_member(&code, "use_localhost");
	intake_flag(&c->in, v, code.label, &c->s->use_localhost);
	take_redirect_path(c, &code);
	servers_unknown(c, &code, known);
}

/* Both names are in use. */
static void take_device(struct servers_parse *c, struct servers_part *oauth)
{
	static const char *const known[] = {
	    "device_authorization_endpoint", NULL};
	struct servers_part device, other;
	int both;

	c->s->has_device = servers_object(
	    c, oauth, "device_grant", "oauth.device_grant", &device);
	both = servers_object(
	    c, oauth, "device_code_grant", "oauth.device_code_grant", &other);
	if (c->s->has_device && both)
		fault_add(&c->in.faults,
		    "\"oauth.device_grant\" and \"oauth.device_code_grant\" "
		    "mean the same: expected one of them, found both");
	else if (both)
		device = other;
	c->s->has_device |= both;
	c->s->device_endpoint =
	    take_endpoint(c, &device, "device_authorization_endpoint");
	servers_unknown(c, &device, known);
}

static void take_default_grant(
    struct servers_parse *c, struct servers_part *oauth)
{
	static const struct {
		const char *name;
		enum servers_grant grant;
	} names[] = {
	    {"code", SERVERS_CODE},
	    {"code_grant", SERVERS_CODE},
	    {"device_code", SERVERS_DEVICE},
	    {"device-code", SERVERS_DEVICE},
	    {"device_grant", SERVERS_DEVICE},
	    {"device_code_grant", SERVERS_DEVICE},
	};
	const struct json_value *v =
	    servers_member(oauth, "default_grant_type");
	const char *s = json_str(v, NULL);
	size_t i = 0, n = sizeof(names) / sizeof(names[0]);
	int code;

	c->s->default_grant = c->s->has_code ? SERVERS_CODE : SERVERS_DEVICE;
	if (v == NULL)
		return;
	while (i < n && (s == NULL || strcmp(names[i].name, s) != 0))
		i++;
	if (i == n) {
		intake_wrong(
		    &c->in, oauth->label, "\"code\" or \"device_code\"", v);
		return;
	}
	c->s->default_grant = names[i].grant;
	code = names[i].grant == SERVERS_CODE;
	if (!(code ? c->s->has_code : c->s->has_device))
		fault_add(&c->in.faults,
		    "\"%s\" is \"%s\", but there is no \"oauth.%s\"",
		    oauth->label, names[i].name,
		    code ? "code_grant" : "device_grant");
}

void servers_oauth(struct servers_parse *c, struct servers_part *oauth)
{
	static const char *const known[] = {"client_id", "client_secret",
	    "token_endpoint_auth_method", "token_endpoint",
	    "revocation_endpoint", "scope", "code_grant", "device_grant",
	    "device_code_grant", "default_grant_type", NULL};
	const struct json_value *id = servers_member(oauth, "client_id");

	c->s->client_id =
	    intake_string(&c->in, id, oauth->label, &client_id_rule);
	take_secret(c, oauth);
	take_auth(c, oauth);
	c->s->token_endpoint = take_endpoint(c, oauth, "token_endpoint");
	c->s->revocation_endpoint =
	    take_endpoint(c, oauth, "revocation_endpoint");
	servers_scope(c, oauth, "profile");
	take_code(c, oauth);
	take_device(c, oauth);
	if (c->s->has_code || c->s->has_device)
		take_default_grant(c, oauth);
	else
		fault_add(&c->in.faults,
		    "\"oauth\": expected a \"code_grant\" or a "
		    "\"device_grant\", which may be empty objects, found "
		    "neither");
	servers_unknown(c, oauth, known);
}
