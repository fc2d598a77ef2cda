/*
 * Roles of the credential server API.
 */

#include "broker/provider.h"

#include <string.h>

#include "base/jsonout.h"
#include "broker/provider_part.h"

static int role_ask(const struct servers_entry *s, const char *role,
    const struct secret *access, struct http_ask *ask, struct err *e)
{
	struct buf bearer = BUF_INIT(HTTP_MAX_REQUEST);
	struct jsonout o;
	int rc;

	http_ask_init(ask);
	rc = http_resolve(s->url, "assume-role", &ask->url, e);
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
	jsonout_init(&o, &ask->body, 0);
	jsonout_begin(&o, '{');
	jsonout_key(&o, "Role");
	jsonout_str(&o, role);
	jsonout_end(&o, '}');
	ask->content_type = "application/json";
	return provider_asked(s, ask, e);
}

/* --- a no */

static int refused(const struct servers_entry *s, const char *role,
    const struct http_answer *a, struct err *e)
{
	char name[PROVIDER_NAME], what[PROVIDER_NAME], said[PROVIDER_WORDS];

	(void)provider_shown(s->id, name);
	if (a->status == 401)
		return err_set(e, ERR_LOGIN,
		    "%s does not accept the login any more. %s", name,
		    provider_login(s->id, what));
	(void)provider_shown(role, what);
	(void)provider_words(a, said);
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

/* What can't be understood here might have been a "never keep them". */
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

static int take_members(const struct json_value *root, int64_t now,
    struct slab *slab, struct credential *c, struct err *e)
{
	struct credential_said said = {.key_id = NULL};
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
		rc = credential_make(c, slab, &said, now, e);
	return rc;
}

static int role_take(const struct servers_entry *s, const char *role,
    const struct http_answer *a, int64_t now, struct slab *slab,
    struct credential *c, struct err *e)
{
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
	rc = take_members(json_root(doc), now, slab, c, &why);
	json_free(doc);
	return rc < 0 ? provider_useless(s, rc, &why, e) : 0;
}

const struct provider provider_api = {
    .callback_path = "/oauth2callback",
    .authorize = oauth_authorize,
    .token_ask = oauth_token_ask,
    .token_take = oauth_token_take,
    .role_ask = role_ask,
    .role_take = role_take,
};
