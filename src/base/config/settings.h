#ifndef MAIRU_BASE_CONFIG_SETTINGS_H
#define MAIRU_BASE_CONFIG_SETTINGS_H

/*
 * broker.json: what a user sets for the broker, since it does not take it
 * from the environment of whichever shell happens to start it.
 */

#include <limits.h>
#include <stddef.h>

#include "base/core/buf.h"
#include "base/core/err.h"

enum {
	SETTINGS_MAX_BYTES = 65536, /* of the file */
};

enum settings_key {
	SETTINGS_PROXY,
	SETTINGS_NO_PROXY,
	SETTINGS_CA_BUNDLE,
	SETTINGS_ENDPOINT_STS,
	SETTINGS_ENDPOINT_SSO,
	SETTINGS_ENDPOINT_SSO_OIDC,
	SETTINGS_USE_FIPS,
	SETTINGS_USE_DUALSTACK,
	SETTINGS_SECRET_MEMORY,
	SETTINGS_COUNT,
};

struct settings {
	char *value[SETTINGS_COUNT]; /* NULL when unset; "true"/"false" for
					the flags */
};

/* "proxy", "endpoints.sts", ...; and back: -1 when there is no such key. */
const char *settings_name(enum settings_key key);
int settings_find(const char *name);

/* Where it lies. */
int settings_path(char out[PATH_MAX], struct err *e) MUST_CHECK;

/* Reads the file into *s, whatever that held before; a missing one is all
 * unset, and so is what an error leaves.  ERR_FORMAT names each key that is
 * unknown, of the wrong kind or not as settings_set() wants it (never its
 * value: it may hold a password), ERR_REFUSED a file that others can write. */
int settings_load(struct settings *s, struct err *e) MUST_CHECK;
void settings_release(struct settings *s);

/* The two halves of it, which may lie in two processes: the bytes of the file
 * (ERR_NOT_FOUND when there is none, ERR_USAGE when there is no HOME),
 * and what they say. */
int settings_read(struct buf *text, struct err *e) MUST_CHECK;
int settings_parse(
    struct settings *s, const void *text, size_t len, struct err *e) MUST_CHECK;

/* Checks and sets one value (NULL unsets it): URLs must be http or https
 * (endpoints https, or http to loopback; a proxy also socks5, socks5h, a user
 * name and password, and no path), ca_bundle an absolute path, the flags true
 * or false.  ERR_USAGE says what the key takes, and keeps the old value. */
int settings_set(struct settings *s, enum settings_key key, const char *value,
    struct err *e) MUST_CHECK;

/* Writes the file anew, 0600. */
int settings_save(const struct settings *s, struct err *e) MUST_CHECK;

/* Appends it as JSON, user names and passwords of URLs left out when shown_ is
 * not 0. */
void settings_json(
    const struct settings *s, int pretty, int shown_, struct buf *out);

#endif
