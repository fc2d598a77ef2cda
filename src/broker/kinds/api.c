/*
 * Roles of the credential server API.
 */

#include "broker/kinds/provider.h"

#include <string.h>

#include "base/core/jsonout.h"
#include "base/core/url.h"
#include "broker/kinds/pieces.h"
#include "net/http/http.h"
#include "net/http/words.h"

enum {
	MAX_ROLES = 10000,
};

/* --- requests */

static int begin(const struct servers_entry *s, const char *path,
    const struct secret *access, struct http_ask *ask, struct err *e)
{
	struct buf bearer = BUF_INIT(HTTP_MAX_REQUEST);
	int rc;

	http_ask_init(ask);
	rc = http_resolve(s->url, path, &ask->url, e);
	if (rc < 0) {
		http_ask_release(ask);
		return rc;
	}
	buf_adds(&bearer, "Bearer ");
	buf_add(&bearer, secret_bytes(access), secret_len(access));
	if (bearer.failed)
		ask->headers.failed = 1;
	else
		http_ask_header(ask, "Authorization", bearer.data, bearer.len);
	buf_release(&bearer);
	http_ask_header(ask, "Accept", "application/json", 16);
	return 0;
}

static int role_ask(const struct provider_at *at, const char *role,
    const struct secret *access, struct http_ask *ask, struct err *e)
{
	const struct servers_entry *s = at->server;
	struct jsonout o;
	int rc = begin(s, "assume-role", access, ask, e);

	if (rc < 0)
		return rc;
	jsonout_init(&o, &ask->body, 0);
	jsonout_begin(&o, '{');
	jsonout_member(&o, "Role", role);
	jsonout_end(&o, '}');
	ask->content_type = "application/json";
	return provider_asked(s, ask, e);
}

static int list_ask(const struct provider_at *at,
    const struct provider_page *page, const struct secret *access,
    struct http_ask *ask, struct err *e)
{
	int rc = begin(at->server, "roles", access, ask, e);

	(void)page; /* there is but one */
	return rc < 0 ? rc : provider_asked(at->server, ask, e);
}

/* --- a no */

static int no_login(const struct servers_entry *s, struct err *e)
{
	char name[WORDS_NAME];

	(void)err_set(e, ERR_LOGIN, "%s does not accept the login any more",
	    words_shown(s->id, name));
	return provider_say_login(e, ERR_LOGIN, s->id);
}

static int list_refused(
    const struct servers_entry *s, const struct http_answer *a, struct err *e)
{
	char name[WORDS_NAME], said[WORDS_TEXT];

	if (a->status == 401)
		return no_login(s, e);
	(void)words_shown(s->id, name);
	if (a->status == 404 || a->status == 405)
		return err_set(e, ERR_NOT_FOUND,
		    "%s has no list of roles: ask those who run it", name);
	return err_set(e, ERR_DENIED, "%s does not list its roles (HTTP %u)%s",
	    name, a->status, words_of(a, said));
}

static int refused(const struct servers_entry *s, const char *role,
    const struct http_answer *a, struct err *e)
{
	char name[WORDS_NAME], what[WORDS_NAME], said[WORDS_TEXT];

	if (a->status == 401)
		return no_login(s, e);
	(void)words_shown(s->id, name);
	(void)words_shown(role, what);
	(void)words_of(a, said);
	if (a->status == 404)
		return err_set(e, ERR_DENIED, "%s has no role %s (HTTP 404)%s",
		    name, what, said);
	return err_set(e, ERR_DENIED, "%s refuses the role %s (HTTP %u)%s",
	    name, what, a->status, said);
}

/* --- a yes */

static int take_string(const struct json_value *root, const char *key,
    const char **value, struct err *e)
{
	*value = json_str(json_get(root, key), NULL);
	if (*value)
		return 0;
	return err_set(
	    e, ERR_UPSTREAM, "its \"%s\" is missing or no string", key);
}

static int take_expiration(
    const struct json_value *root, int64_t *expires, struct err *e)
{
	const char *text;
	int rc = take_string(root, "Expiration", &text, e);

	if (rc == 0 && credential_parse_time(text, strlen(text), expires) < 0)
		rc = err_set(e, ERR_UPSTREAM,
		    "its \"Expiration\" is no time of RFC 3339");
	return rc;
}

/* What we can't parse here might have meant "never cache". */
static int take_no_cache(
    const struct json_value *root, int *no_cache, struct err *e)
{
	const struct json_value *mairu = json_get(root, "Mairu");
	const struct json_value *v = json_get(mairu, "NoCache");

	*no_cache = 0;
	if (json_kind(mairu) != JSON_NULL && json_kind(mairu) != JSON_OBJECT)
		return err_set(e, ERR_UPSTREAM, "its \"Mairu\" is no object");
	if (json_kind(v) == JSON_NULL)
		return 0;
	*no_cache = json_bool(v);
	if (*no_cache < 0)
		return err_set(e, ERR_UPSTREAM,
		    "its \"Mairu.NoCache\" is neither true nor false");
	return 0;
}

static int take_members(const struct json_value *root,
    const struct provider_at *at, int64_t ahead, struct credential *c,
    struct err *e)
{
	struct credential_said said = {.ahead = ahead};
	int64_t version;
	int rc;

	if (json_int(json_get(root, "Version"), &version) < 0 || version != 1)
		return err_set(
		    e, ERR_UPSTREAM, "its \"Version\" is not the number 1");
	rc = take_string(root, "AccessKeyId", &said.key_id, e);
	if (rc == 0)
		rc = take_string(root, "SecretAccessKey", &said.secret_key, e);
	if (rc == 0)
		rc = take_string(root, "SessionToken", &said.token, e);
	if (rc == 0)
		rc = take_expiration(root, &said.expires, e);
	if (rc == 0)
		rc = take_no_cache(root, &said.no_cache, e);
	if (rc == 0)
		rc = credential_make(c, at->slab, &said, at->now, e);
	return rc;
}

static int role_take(const struct provider_at *at, const char *role,
    const struct http_answer *a, struct credential *c, struct err *e)
{
	const struct servers_entry *s = at->server;
	struct json *doc = NULL;
	struct err why;
	int rc;

	memset(c, 0, sizeof(*c));
	rc = provider_status(s, a, e);
	if (rc < 0)
		return rc;
	if (a->status != 200)
		return refused(s, role, a, e);
	rc = provider_object(s, a, &doc, e);
	if (rc < 0)
		return rc;
	rc = take_members(
	    json_root(doc), at, http_answer_ahead(a, at->now), c, &why);
	json_free(doc);
	return rc < 0 ? provider_useless(s, rc, &why, e) : 0;
}

/* --- a list */

/* Checked as a whole before any of it is reported. */
static int check_roles(const struct json_value *roles, struct err *e)
{
	if (json_kind(roles) != JSON_ARRAY)
		return err_set(
		    e, ERR_UPSTREAM, "its \"Roles\" is missing or no array");
	if (json_count(roles) > MAX_ROLES)
		return err_set(
		    e, ERR_UPSTREAM, "it has more than %d roles", MAX_ROLES);
	return 0;
}

static int tell_roles(const struct json_value *roles,
    const struct provider_list *list, struct err *e)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < json_count(roles); i++) {
		const struct json_value *v = json_at(roles, i);
		size_t len = 0;
		const char *name = json_str(json_get(v, "Name"), &len);
		const char *words = json_str(json_get(v, "Description"), NULL);
		const struct provider_role role = {
		    .role = name,
		    .description = words && *words ? words : NULL,
		};

		if (provider_is_role(name, len))
			rc = list->role(list->arg, &role, e);
		else
			list->unusable(list->arg);
	}
	return rc;
}

static int list_take(const struct provider_at *at,
    const struct provider_page *page, const struct http_answer *a,
    const struct provider_list *list, struct err *e)
{
	const struct servers_entry *s = at->server;
	const struct json_value *roles;
	struct json *doc = NULL;
	struct err why;
	int rc;

	(void)page;
	rc = provider_status(s, a, e);
	if (rc < 0)
		return rc;
	if (a->status != 200)
		return list_refused(s, a, e);
	rc = provider_list_object(s, a, &doc, e);
	if (rc < 0)
		return rc;
	roles = json_get(json_root(doc), "Roles");
	rc = check_roles(roles, &why);
	rc = rc < 0 ? provider_useless(s, rc, &why, e)
		    : tell_roles(roles, list, e);
	json_free(doc);
	return rc;
}

/* --- where it is */

static void add_reference(const struct servers_entry *s, const char *ref,
    void (*found)(void *arg, const char *url), void *arg)
{
	struct buf url = BUF_INIT(HTTP_MAX_URL),
		   normal = BUF_INIT(HTTP_MAX_URL);

	if (ref && http_resolve(s->url, ref, &url, NULL) == 0) {
		url_normal(&normal, buf_str(&url));
		found(arg, buf_str(&normal));
	}
	buf_release(&url);
	buf_release(&normal);
}

static int hosts(const struct provider_at *at,
    void (*found)(void *arg, const char *url), void *arg, struct err *e)
{
	(void)e;
	found(arg, at->server->url);
	add_reference(at->server, at->server->token_endpoint, found, arg);
	add_reference(at->server, at->server->device_endpoint, found, arg);
	return 0;
}

const struct provider provider_api = {
    .callback_path = "/oauth2callback",
    .hosts = hosts,
    .authorize = oauth_authorize,
    .device_ask = oauth_device_ask,
    .device_take = oauth_device_take,
    .token_ask = oauth_token_ask,
    .token_take = oauth_token_take,
    .code_url = oauth_code_url,
    .metadata_ask = oauth_metadata_ask,
    .metadata_take = oauth_metadata_take,
    .revoke_ask = oauth_revoke_ask,
    .revoke_take = oauth_revoke_take,
    .role_ask = role_ask,
    .role_take = role_take,
    .list_ask = list_ask,
    .list_take = list_take,
};
