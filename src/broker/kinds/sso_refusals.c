/*
 * Errors of IAM Identity Center's OIDC service, and our messages for them.
 */

#include "broker/kinds/sso.h"
#include "net/http/words.h"

#include <string.h>

enum {
	LOGIN = SSO_CODE | SSO_POLL,
	TOKEN = LOGIN | SSO_REFRESH,
	ALL = SSO_CLIENT | SSO_DEVICE | TOKEN,
};

/* What a message ends with. */
enum tail {
	PLAIN,
	AGAIN, /* the command that logs in */
	WHERE, /* where it was asked */
	LATER,
};

static const char renews_not[] = "does not renew the login any more";
static const char knows_not[] =
    "does not know the client any more that this login was begun with";
static const char too_late[] =
    "does not accept this login any more: it has taken too long";

/* The first match counts. */
static const struct no {
	const char *type;  /* of the header */
	const char *error; /* of the body */
	int on, result;
	const char *means;
	enum tail tail;
} no[] = {
    {"AuthorizationPendingException", "authorization_pending", SSO_POLL,
	PROVIDER_PENDING, NULL, PLAIN},
    {"SlowDownException", "slow_down", SSO_POLL, PROVIDER_SLOWER, NULL, PLAIN},
    {"SlowDownException", "slow_down", ALL, ERR_UPSTREAM, "is asked too often",
	LATER},
    {"InternalServerException", "server_error", ALL, ERR_UPSTREAM,
	"is in trouble", LATER},
    {"InvalidClientException", "invalid_client", SSO_DEVICE | TOKEN,
	PROVIDER_CLIENT, knows_not, AGAIN},
    {"UnauthorizedClientException", "unauthorized_client", SSO_DEVICE | TOKEN,
	PROVIDER_CLIENT, knows_not, AGAIN},
    {"ExpiredTokenException", "expired_token", SSO_REFRESH, ERR_LOGIN,
	renews_not, AGAIN},
    {"ExpiredTokenException", "expired_token", LOGIN, ERR_DENIED, too_late,
	AGAIN},
    {"AccessDeniedException", "access_denied", SSO_REFRESH, ERR_LOGIN,
	renews_not, AGAIN},
    {"AccessDeniedException", "access_denied", ALL, ERR_DENIED,
	"refuses this login", PLAIN},
    {"InvalidGrantException", "invalid_grant", SSO_REFRESH, ERR_LOGIN,
	renews_not, AGAIN},
    {"InvalidGrantException", "invalid_grant", LOGIN, ERR_DENIED,
	"does not accept this login (any more): its code was used already, "
	"or is too old",
	AGAIN},
    {"UnsupportedGrantTypeException", "unsupported_grant_type", SSO_REFRESH,
	ERR_LOGIN, renews_not, AGAIN},
    {"UnsupportedGrantTypeException", "unsupported_grant_type", ALL, ERR_DENIED,
	"has no login of this kind: try the other --oauth-grant-type", PLAIN},
    {"InvalidScopeException", "invalid_scope", SSO_REFRESH, ERR_LOGIN,
	renews_not, AGAIN},
    {"InvalidScopeException", "invalid_scope", ALL, ERR_DENIED,
	"does not have the scopes that are asked for: is the \"scope\" of its "
	"file right?",
	PLAIN},
    {"InvalidClientMetadataException", "invalid_client_metadata", SSO_CLIENT,
	ERR_DENIED,
	"does not register a client of this name: give the server an \"id\" "
	"of plain letters",
	PLAIN},
    {"InvalidRedirectUriException", "invalid_redirect_uri", SSO_CLIENT,
	ERR_DENIED,
	"lets no login come back to this machine: log in with "
	"--oauth-grant-type device_code",
	PLAIN},
    {"InvalidRequestException", "invalid_request", SSO_CLIENT, ERR_DENIED,
	"does not register a client", WHERE},
    {"InvalidRequestException", "invalid_request", SSO_DEVICE, ERR_DENIED,
	"begins no login at this start URL in this region", WHERE},
    {"InvalidRequestException", "invalid_request", LOGIN, ERR_DENIED,
	"does not understand the request for a token", WHERE},
    /* This includes a token from another region. */
    {"InvalidRequestException", "invalid_request", SSO_REFRESH, ERR_LOGIN,
	renews_not, AGAIN},
};

static const struct no *find(const char *type, enum sso_on on)
{
	for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++)
		if ((no[i].on & (int)on) && (strcmp(no[i].type, type) == 0 ||
						strcmp(no[i].error, type) == 0))
			return &no[i];
	return NULL;
}

/* Descriptions are often missing or empty; there is a reason if an
 * organisation's key is the problem. */
static int say(const struct provider_at *at, const struct no *row,
    const struct json_value *root, struct err *e)
{
	char name[WORDS_NAME], url[WORDS_NAME], region[WORDS_NAME];
	char said[WORDS_TEXT], reason[WORDS_TEXT];
	const struct servers_entry *s = at->server;
	enum err_code code =
	    row->result < 0 ? (enum err_code)row->result : ERR_LOGIN;

	(void)words_shown(s->id, name);
	(void)words_value(json_get(root, "error_description"), said);
	(void)words_value(json_get(root, "reason"), reason);
	switch (row->tail) {
	case PLAIN:
		return err_set(
		    e, code, "%s %s%s%s", name, row->means, said, reason);
	case AGAIN:
		(void)err_set(
		    e, code, "%s %s%s%s", name, row->means, said, reason);
		return provider_say_login(e, code, s->id);
	case WHERE:
		return err_set(e, code,
		    "%s %s%s%s. Are the \"url\" (%s) and the \"region\" (%s) "
		    "of its file right?",
		    name, row->means, said, reason, words_shown(s->url, url),
		    words_shown(s->region, region));
	case LATER:
		break;
	}
	return err_set(e, code, "%s %s%s%s. Try again later", name, row->means,
	    said, reason);
}

/* An answer without an error type, or with an unknown one. */
static int unknown(const struct provider_at *at, enum sso_on on,
    const struct http_answer *a, const char *type, struct err *e)
{
	char name[WORDS_NAME], said[WORDS_TEXT];
	const struct servers_entry *s = at->server;
	int rc = provider_status(s, a, e);

	if (rc < 0)
		return rc;
	(void)words_shown(s->id, name);
	(void)words_of(a, said);
	if (on == SSO_REFRESH && *type) {
		(void)err_set(
		    e, ERR_LOGIN, "%s %s (%s)%s", name, renews_not, type, said);
		return provider_say_login(e, ERR_LOGIN, s->id);
	}
	/* A middlebox may have answered, which must not end a session. */
	if (on == SSO_REFRESH)
		return err_set(e, ERR_UPSTREAM,
		    "%s did not renew the login (HTTP %u)%s", name, a->status,
		    said);
	return err_set(e, ERR_DENIED, "%s refuses this login (HTTP %u%s%s)%s",
	    name, a->status, *type ? ", " : "", type, said);
}

enum throttle_no sso_oidc_means(const struct http_answer *a)
{
	struct json *doc = NULL;
	char type[HTTP_TYPE];
	enum throttle_no means = THROTTLE_FINAL;

	if (a->body.len > 0)
		(void)!json_parse(&doc, a->body.data, a->body.len, NULL);
	sso_error_type(a, doc ? json_root(doc) : NULL, type);
	if (strcmp(type, "SlowDownException") == 0 ||
	    strcmp(type, "slow_down") == 0)
		means = THROTTLE_TOO_MANY;
	else if (strcmp(type, "InternalServerException") == 0 ||
		 strcmp(type, "server_error") == 0)
		means = THROTTLE_TROUBLE;
	json_free(doc);
	return means;
}

int sso_refused(const struct provider_at *at, enum sso_on on,
    const struct http_answer *a, struct err *e)
{
	struct json *doc = NULL;
	const struct json_value *root = NULL;
	char type[HTTP_TYPE];
	const struct no *row;
	int rc;

	/* If it isn't JSON, only the status counts. */
	if (a->body.len > 0 &&
	    json_parse(&doc, a->body.data, a->body.len, NULL) == 0)
		root = json_root(doc);
	sso_error_type(a, root, type);
	row = a->status >= 400 ? find(type, on) : NULL;
	if (!row)
		rc = unknown(at, on, a, type, e);
	else if (row->means)
		rc = say(at, row, root, e);
	else
		rc = 0;
	if (row && row->result > 0)
		rc = row->result;
	json_free(doc);
	return rc;
}
