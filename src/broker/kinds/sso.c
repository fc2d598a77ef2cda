/*
 * The access portal of IAM Identity Center: accounts, permission sets as roles
 * ("ACCOUNT/PERMISSION_SET"), and the end of a session.
 */

#include "broker/kinds/sso.h"

#include <stdio.h>
#include <string.h>

#include "base/core/text.h"
#include "base/core/url.h"
#include "net/http/words.h"

enum {
	ACCOUNT = 12, /* digits */
	MAX_ROLE = 512,
};

/* The portal has been seen to refuse more than about 20 calls a second. */
static const struct throttle_rule portal_pace = {
    .per_second = 18, .at_once = 8, .tries = 5, .try_ms = 1000, .more = 2};

/* Its OIDC service tolerates fewer; a surplus client, or a code that nobody
 * types, does no harm. */
static const struct throttle_rule oidc_pace = {.per_second = 5,
    .at_once = 2,
    .tries = 4,
    .try_ms = 1000,
    .more = 2,
    .means = sso_oidc_means};

/* --- requests */

int sso_begin(const struct provider_at *at, enum aws_service service,
    const char *path, struct http_ask *ask, struct err *e)
{
	const struct aws_asked asked = {
	    service, at->server->region, at->settings};
	struct aws_endpoint to;
	int rc = aws_endpoint(&to, &asked, e);

	http_ask_init(ask);
	if (rc < 0)
		return rc;
	buf_adds(&ask->url, to.url);
	buf_adds(&ask->url, path);
	http_ask_header(ask, "Accept", "application/json", 16);
	return 0;
}

static int begin(const struct provider_at *at, const char *path,
    const struct secret *access, struct http_ask *ask, struct err *e)
{
	int rc = sso_begin(at, AWS_PORTAL, path, ask, e);

	if (rc == 0)
		http_ask_header(ask, "x-amz-sso_bearer_token",
		    secret_bytes(access), secret_len(access));
	return rc;
}

static void add_field(struct http_ask *ask, const char *key, const char *value)
{
	buf_adds(&ask->url, key);
	url_encode(&ask->url, value, strlen(value), "");
}

static int begins_with_account(const char *s)
{
	return s && strspn(s, "0123456789") >= ACCOUNT;
}

static int role_ask(const struct provider_at *at, const char *role,
    const struct secret *access, struct http_ask *ask, struct err *e)
{
	char what[WORDS_NAME], name[WORDS_NAME];
	char account[ACCOUNT + 1];
	int rc;

	http_ask_init(ask);
	if (!begins_with_account(role) || role[ACCOUNT] != '/' ||
	    !role[ACCOUNT + 1])
		return err_set(e, ERR_DENIED,
		    "%s is no role of %s: they read ACCOUNT/PERMISSION_SET, "
		    "with the 12 digits of the account, such as "
		    "123456789012/Dev",
		    words_shown(role, what), words_shown(at->server->id, name));
	(void)snprintf(account, sizeof(account), "%s", role);
	rc = begin(at, "/federation/credentials", access, ask, e);
	if (rc < 0)
		return rc;
	add_field(ask, "?role_name=", role + ACCOUNT + 1);
	add_field(ask, "&account_id=", account);
	return provider_asked(at->server, ask, e);
}

static int list_ask(const struct provider_at *at,
    const struct provider_page *page, const struct secret *access,
    struct http_ask *ask, struct err *e)
{
	const char *account = page ? page->account : NULL;
	int rc =
	    begin(at, account ? "/assignment/roles" : "/assignment/accounts",
		access, ask, e);

	if (rc < 0)
		return rc;
	buf_adds(&ask->url, "?max_result=100");
	if (account)
		add_field(ask, "&account_id=", account);
	if (page && page->token)
		add_field(ask, "&next_token=", page->token);
	return provider_asked(at->server, ask, e);
}

static int revoke_ask(const struct provider_at *at,
    const struct provider_tokens *t, const struct http_answer *metadata,
    struct http_ask *ask, struct err *e)
{
	char name[WORDS_NAME];
	int rc;

	(void)metadata;
	http_ask_init(ask);
	if (!t->access)
		return err_set(e, ERR_NOT_FOUND,
		    "%s takes a logout only with an access token, and that "
		    "has expired",
		    words_shown(at->server->id, name));
	rc = begin(at, "/logout", t->access, ask, e);
	if (rc < 0)
		return rc;
	ask->content_type = ""; /* an empty POST */
	return provider_asked(at->server, ask, e);
}

/* --- a no */

void sso_error_type(const struct http_answer *a, const struct json_value *root,
    char out[HTTP_TYPE])
{
	size_t len = 0;
	const char *text = json_str(json_get(root, "error"), &len);

	(void)snprintf(out, HTTP_TYPE, "%s", a->error_type);
	if (!*out && text && len < HTTP_TYPE &&
	    strspn(text, "abcdefghijklmnopqrstuvwxyz_") == len)
		(void)snprintf(out, HTTP_TYPE, "%s", text);
}

/* Errors common to all calls with an access token. */
static int refused(const struct provider_at *at, const struct http_answer *a,
    const char *what, struct err *e)
{
	const struct servers_entry *s = at->server;
	char name[WORDS_NAME], said[WORDS_TEXT];
	int rc = provider_status(s, a, e);

	if (rc < 0)
		return rc;
	(void)words_shown(s->id, name);
	if (a->status == 401) {
		(void)err_set(e, ERR_LOGIN,
		    "%s does not accept the login any more", name);
		return provider_say_login(e, ERR_LOGIN, s->id);
	}
	return err_set(e, ERR_DENIED, "%s refuses %s (HTTP %u)%s", name, what,
	    a->status, words_of(a, said));
}

/* "See: mairu list-roles --server ID", as it can be typed. */
static const char *see_roles(const char *id, char out[WORDS_NAME])
{
	struct buf b = BUF_INIT(WORDS_NAME - 1);

	buf_adds(&b, "See: mairu list-roles --server ");
	text_word(&b, id, strlen(id));
	(void)snprintf(out, WORDS_NAME, "%s",
	    b.failed ? "See: mairu list-roles" : buf_str(&b));
	buf_release(&b);
	return out;
}

static int role_refused(const struct provider_at *at, const char *role,
    const struct http_answer *a, struct err *e)
{
	const struct servers_entry *s = at->server;
	const char *slash = strchr(role, '/');
	char name[WORDS_NAME], what[WORDS_NAME], see[WORDS_NAME];
	char said[WORDS_TEXT];

	(void)words_shown(s->id, name);
	(void)words_shown(slash ? slash + 1 : role, what);
	(void)words_of(a, said);
	(void)see_roles(s->id, see);
	switch (a->status) {
	case 403:
		return err_set(e, ERR_DENIED,
		    "%s gives you no role %s in account %.12s%s. %s", name,
		    what, role, said, see);
	case 404:
		return err_set(e, ERR_DENIED,
		    "%s has no account %.12s, or no role %s in it%s. %s", name,
		    role, what, said, see);
	default:
		return refused(at, a, words_shown(role, what), e);
	}
}

/* --- a yes */

static int take_credential(const struct json_value *root,
    const struct provider_at *at, int64_t ahead, struct credential *c,
    struct err *e)
{
	const struct json_value *v = json_get(root, "roleCredentials");
	struct credential_said said = {
	    .key_id = json_str(json_get(v, "accessKeyId"), NULL),
	    .secret_key = json_str(json_get(v, "secretAccessKey"), NULL),
	    .token = json_str(json_get(v, "sessionToken"), NULL),
	    .ahead = ahead,
	};
	int64_t ms;

	if (json_kind(v) != JSON_OBJECT)
		return err_set(e, ERR_UPSTREAM,
		    "its \"roleCredentials\" is missing or no object");
	/* Milliseconds since 1970. */
	if (json_int(json_get(v, "expiration"), &ms) < 0 || ms < 0)
		return err_set(
		    e, ERR_UPSTREAM, "its \"expiration\" is no time");
	said.expires = ms / 1000;
	return credential_make(c, at->slab, &said, at->now, e);
}

static int role_take(const struct provider_at *at, const char *role,
    const struct http_answer *a, struct credential *c, struct err *e)
{
	struct json *doc = NULL;
	struct err why;
	int rc;

	memset(c, 0, sizeof(*c));
	if (a->status != 200)
		return role_refused(at, role, a, e);
	rc = provider_object(at->server, a, &doc, e);
	if (rc < 0)
		return rc;
	rc = take_credential(
	    json_root(doc), at, http_answer_ahead(a, at->now), c, &why);
	json_free(doc);
	return rc < 0 ? provider_useless(at->server, rc, &why, e) : 0;
}

/* When listing accounts, each is reported as another list. */
static int take_account(
    const struct json_value *v, const struct provider_list *list, struct err *e)
{
	const struct provider_page page = {
	    .account = json_str(json_get(v, "accountId"), NULL),
	    .account_name = json_str(json_get(v, "accountName"), NULL),
	};

	if (!begins_with_account(page.account) || page.account[ACCOUNT])
		return 0; /* its roles could not be requested */
	return list->more(list->arg, &page, e);
}

static int take_role(const struct json_value *v,
    const struct provider_page *page, const struct provider_list *list,
    struct err *e)
{
	char text[ACCOUNT + 1 + MAX_ROLE + 1];
	const struct provider_role role = {.role = text,
	    .account = page->account,
	    .account_name = page->account_name};
	size_t len = 0;
	const char *name = json_str(json_get(v, "roleName"), &len);

	if (len > MAX_ROLE || !provider_is_role(name, len)) {
		list->unusable(list->arg);
		return 0;
	}
	(void)snprintf(text, sizeof(text), "%s/%s", page->account, name);
	return list->role(list->arg, &role, e);
}

static int take_list(const struct json_value *root,
    const struct provider_page *page, const struct provider_list *list,
    struct err *e)
{
	int of_roles = page && page->account;
	const struct json_value *all =
	    json_get(root, of_roles ? "roleList" : "accountList");
	size_t len = 0;
	const char *next = json_str(json_get(root, "nextToken"), &len);
	struct provider_page more = {.token = next};
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < json_count(all); i++)
		rc = of_roles ? take_role(json_at(all, i), page, list, e)
			      : take_account(json_at(all, i), list, e);
	/* A repeated token would loop forever. */
	if (rc < 0 || !next || len == 0 ||
	    (page && page->token && strcmp(page->token, next) == 0))
		return rc;
	if (of_roles) {
		more.account = page->account;
		more.account_name = page->account_name;
	}
	return list->more(list->arg, &more, e);
}

static int list_take(const struct provider_at *at,
    const struct provider_page *page, const struct http_answer *a,
    const struct provider_list *list, struct err *e)
{
	const char *key = page && page->account ? "roleList" : "accountList";
	struct json *doc = NULL;
	char what[64] = "the list of accounts";
	struct err why;
	int rc;

	if (page && page->account)
		(void)snprintf(what, sizeof(what), "the roles of account %.12s",
		    page->account);
	if (a->status != 200)
		return refused(at, a, what, e);
	rc = provider_list_object(at->server, a, &doc, e);
	if (rc < 0)
		return rc;
	if (json_kind(json_get(json_root(doc), key)) == JSON_ARRAY) {
		rc = take_list(json_root(doc), page, list, e);
	} else {
		(void)err_set(&why, ERR_UPSTREAM,
		    "its \"%s\" is missing or no array", key);
		rc = provider_useless(at->server, ERR_UPSTREAM, &why, e);
	}
	json_free(doc);
	return rc;
}

/* An unknown token is what we wanted. */
static int revoke_take(
    const struct provider_at *at, const struct http_answer *a, struct err *e)
{
	if (a->status == 401 || a->status / 100 == 2)
		return 0;
	return refused(at, a, "the logout", e);
}

static int hosts(const struct provider_at *at,
    void (*found)(void *arg, const char *url), void *arg, struct err *e)
{
	struct aws_asked asked = {.service = AWS_OIDC,
	    .region = at->server->region,
	    .settings = at->settings};
	struct aws_endpoint to;
	int rc = aws_endpoint(&to, &asked, e);

	if (rc < 0)
		return rc;
	found(arg, to.url);
	asked.service = AWS_PORTAL;
	rc = aws_endpoint(&to, &asked, e);
	if (rc == 0)
		found(arg, to.url);
	return rc;
}

const struct provider provider_sso = {
    .callback_path = "/oauth/callback",
    .names_account = 1,
    .hosts = hosts,
    .pace = &portal_pace,
    .begin_pace = &oidc_pace,
    .client_ask = sso_client_ask,
    .client_take = sso_client_take,
    .authorize = sso_authorize,
    .device_ask = sso_device_ask,
    .device_take = sso_device_take,
    .token_ask = sso_token_ask,
    .token_take = sso_token_take,
    .revoke_ask = revoke_ask,
    .revoke_take = revoke_take,
    .role_ask = role_ask,
    .role_take = role_take,
    .list_ask = list_ask,
    .list_take = list_take,
};
