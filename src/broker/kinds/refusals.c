/*
 * Interprets an authorization server's errors (RFC 6749, section 5.2; RFC 8628,
 * section 3.5; RFC 7009, section 2.2.1) and finds its successful answers.
 */

#include "broker/kinds/pieces.h"
#include "net/http/words.h"

#include <string.h>

enum {
	LOGINS = 1 << OAUTH_CODE | 1 << OAUTH_DEVICE | 1 << OAUTH_POLL,
	ALL = LOGINS | 1 << OAUTH_RENEW | 1 << OAUTH_REVOKE,
};

#define NOT_KNOWN                                                              \
	"does not know this client: are the \"client_id\" and the "            \
	"\"client_secret\" of its file right?"

static const struct no {
	const char *code;
	int steps; /* in which it has this meaning */
	enum err_code kind;
	const char *means;
	int again; /* the person can log in again */
} no[] = {
    {"server_error", ALL, ERR_UPSTREAM, "is in trouble", 0},
    {"temporarily_unavailable", ALL, ERR_UPSTREAM, "is busy", 0},
    {"invalid_grant", LOGINS, ERR_DENIED,
	"does not accept this login (any more): its code was used already, "
	"or is too old",
	1},
    {"expired_token", LOGINS, ERR_DENIED,
	"waits for this login no longer: its code was not confirmed in time",
	1},
    {"access_denied", LOGINS, ERR_DENIED, "refuses this login", 0},
    {"invalid_client", LOGINS, ERR_DENIED, NOT_KNOWN, 0},
    {"unauthorized_client", LOGINS, ERR_DENIED,
	"does not let this client log in so: is the \"client_id\" of its file "
	"right?",
	0},
    {"unsupported_grant_type", 1 << OAUTH_CODE, ERR_DENIED,
	"has no login with an authorization code: is the \"token_endpoint\" "
	"of its file right?",
	0},
    {"unsupported_grant_type", LOGINS, ERR_DENIED,
	"has no login of devices: does the \"device_grant\" of its file "
	"belong there?",
	0},
    {"invalid_scope", LOGINS, ERR_DENIED,
	"does not have the scope that is asked for: is the \"scope\" of its "
	"file right?",
	0},
    {"invalid_request", 1 << OAUTH_DEVICE, ERR_DENIED,
	"does not understand the request for a device code", 0},
    {"invalid_request", LOGINS, ERR_DENIED,
	"does not understand the request for a token", 0},
};

static const struct no *find(enum oauth_step step, const char *code)
{
	for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++)
		if ((no[i].steps & 1 << step) && strcmp(no[i].code, code) == 0)
			return &no[i];
	return NULL;
}

static const char *says(const char *said)
{
	return *said ? ". It says" : "";
}

/* Whatever the error, this refresh token will not work again; a login will, or
 * will say what is wrong. */
static int ended(const struct servers_entry *s, const char *code,
    const char *said, struct err *e)
{
	char name[WORDS_NAME], word[WORDS_NAME];
	int known = strcmp(code, "invalid_grant") == 0;

	(void)err_set(e, ERR_LOGIN,
	    "%s does not renew the login any more%s%s%s%s%s",
	    words_shown(s->id, name), known ? "" : " (",
	    known ? "" : words_shown(code, word), known ? "" : ")", says(said),
	    said);
	return provider_say_login(e, ERR_LOGIN, s->id);
}

static int said_no(const struct servers_entry *s, enum oauth_step step,
    const struct json_value *root, struct err *e)
{
	const char *code = json_str(json_get(root, "error"), NULL);
	const struct no *n = find(step, code);
	char name[WORDS_NAME], word[WORDS_NAME], said[WORDS_TEXT];

	(void)words_shown(s->id, name);
	(void)words_value(json_get(root, "error_description"), said);
	if (n && n->again) {
		(void)err_set(
		    e, n->kind, "%s %s%s%s", name, n->means, says(said), said);
		return provider_say_login(e, n->kind, s->id);
	}
	if (n)
		return err_set(e, n->kind, "%s %s%s", name, n->means, said);
	if (step == OAUTH_RENEW)
		return ended(s, code, said, e);
	return err_set(e, ERR_DENIED, "%s refuses %s (%s)%s", name,
	    step == OAUTH_REVOKE ? "to end the session" : "this login",
	    words_shown(code, word), said);
}

/* The error is not OAuth's, so only the status says anything about the refresh
 * token. */
static int not_renewed(
    const struct servers_entry *s, const struct http_answer *a, struct err *e)
{
	char name[WORDS_NAME], said[WORDS_TEXT];

	(void)words_shown(s->id, name);
	(void)words_of(a, said);
	if (a->status == 400 || a->status == 401) {
		(void)err_set(e, ERR_LOGIN,
		    "%s does not renew the login any more (HTTP %u)%s%s", name,
		    a->status, says(said), said);
		return provider_say_login(e, ERR_LOGIN, s->id);
	}
	return err_set(e, ERR_UPSTREAM,
	    "%s did not renew the login (HTTP %u)%s", name, a->status, said);
}

/* An answer other than 200 without an OAuth error. */
static int failed(const struct servers_entry *s, enum oauth_step step,
    const struct http_answer *a, struct err *e)
{
	char name[WORDS_NAME], said[WORDS_TEXT];
	int device = step == OAUTH_DEVICE;

	if (step == OAUTH_RENEW)
		return not_renewed(s, a, e);
	(void)words_shown(s->id, name);
	(void)words_of(a, said);
	if (step == OAUTH_REVOKE)
		return err_set(e, ERR_DENIED,
		    "%s refuses to end the session (HTTP %u)%s", name,
		    a->status, said);
	if (a->status == 401)
		return err_set(
		    e, ERR_DENIED, "%s %s (HTTP 401)%s", name, NOT_KNOWN, said);
	if (a->status == 404 || a->status == 405)
		return err_set(e, ERR_DENIED,
		    "%s gives no %s there (HTTP %u): are the \"url\" and "
		    "the \"%s\" of its file right?%s",
		    name, device ? "device codes" : "tokens", a->status,
		    device ? "device_authorization_endpoint" : "token_endpoint",
		    *said ? said + 1 : "");
	return err_set(e, ERR_DENIED, "%s refuses this login (HTTP %u)%s", name,
	    a->status, said);
}

int oauth_answer(const struct servers_entry *s, enum oauth_step step,
    const struct http_answer *a, struct json **doc, struct err *e)
{
	int rc;

	*doc = NULL;
	rc = provider_status(s, a, e);
	if (rc < 0)
		return rc;
	rc = provider_object(s, a, doc, e);
	/* Some servers send errors with 200. */
	if (rc == 0 && json_str(json_get(json_root(*doc), "error"), NULL))
		rc = said_no(s, step, json_root(*doc), e);
	else if (a->status != 200 && rc != ERR_NOMEM)
		rc = failed(s, step, a, e);
	if (rc < 0) {
		json_free(*doc);
		*doc = NULL;
	}
	return rc;
}
