/*
 * Parses the answer to a login, whatever its members are called: tokens, and
 * how long they last.
 */

#include "broker/kinds/pieces.h"

#include <strings.h>

#include "base/core/text.h"

enum {
	MAX_TOKEN = 16 * 1024, /* each goes into a header */
	MAX_SECONDS = 10 * 366 * 24 * 3600,
};

int provider_is_token(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (text[i] <= ' ' || text[i] >= 0x7f)
			return 0;
	return len > 0 && len <= MAX_TOKEN;
}

int provider_token(const struct json_value *root, const char *key,
    struct slab *slab, struct secret **secret, struct err *e)
{
	size_t len = 0;
	const char *text = json_str(json_get(root, key), &len);

	if (!text)
		return err_set(
		    e, ERR_UPSTREAM, "its \"%s\" is missing or no string", key);
	if (!provider_is_token(text, len))
		return err_set(e, ERR_UPSTREAM,
		    "its \"%s\" is empty, too long, or has characters that no "
		    "token has",
		    key);
	if (secret_new(secret, slab, text, len) < 0)
		return err_set(
		    e, ERR_NOMEM, "the broker has no memory for tokens");
	return 0;
}

int provider_expires(const struct json_value *root, const char *key,
    int64_t now, int64_t *expires, struct err *e)
{
	const struct json_value *v = json_get(root, key);
	size_t len = 0;
	const char *text = json_str(v, &len);
	int64_t seconds = 0;
	long n = 0;
	int rc;

	*expires = 0;
	if (json_kind(v) == JSON_NULL)
		return 0;
	/* Some servers write the number as a string. */
	if (text) {
		rc = text_number(text, len, 0, INT32_MAX, &n);
		seconds = n;
	} else {
		rc = json_int(v, &seconds);
	}
	if (rc < 0 || seconds < 0)
		return err_set(e, ERR_UPSTREAM,
		    "its \"%s\" is no whole number of seconds", key);
	if (seconds == 0)
		return err_set(
		    e, ERR_UPSTREAM, "the token has expired already");
	*expires = now + (seconds < MAX_SECONDS ? seconds : MAX_SECONDS);
	return 0;
}

int provider_tokens(const struct json_value *root,
    const struct provider_names *names, const struct provider_at *at,
    struct provider_tokens *t, struct err *e)
{
	const struct json_value *refresh = json_get(root, names->refresh);
	const struct json_value *type = json_get(root, names->type);
	const char *kind = json_str(type, NULL);
	const char *text = json_str(refresh, NULL);
	int rc;

	/* Some servers leave it out; any other token type would be useless.
	 * Case-insensitive per RFC 6749, section 5.1. */
	if (json_kind(type) != JSON_NULL &&
	    !(kind && strcasecmp(kind, "bearer") == 0))
		return err_set(e, ERR_UPSTREAM, "its \"%s\" is not \"Bearer\"",
		    names->type);
	rc = provider_token(root, names->access, at->slab, &t->access, e);
	if (rc == 0 && json_kind(refresh) != JSON_NULL && !(text && !*text))
		rc = provider_token(
		    root, names->refresh, at->slab, &t->refresh, e);
	if (rc == 0)
		rc = provider_expires(
		    root, names->seconds, at->now, &t->expires, e);
	return rc;
}
