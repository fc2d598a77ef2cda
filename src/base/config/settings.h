#ifndef MAIRU_BASE_CONFIG_SETTINGS_H
#define MAIRU_BASE_CONFIG_SETTINGS_H

/*
 * broker.json: the user's settings for the broker, which does not take them
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

/* Key to name ("proxy", "endpoints.sts", ...) and back; -1 for an unknown
 * name. */
const char *settings_name(enum settings_key key);
int settings_find(const char *name);

/* The path of the file. */
int settings_path(char out[PATH_MAX], struct err *e) MUST_CHECK;

/* Reads the file into *s, overwriting it; all unset if it is missing or on
 * error.  ERR_FORMAT names each key that is unknown, of the wrong kind or
 * rejected by settings_set() (never its value, which may hold a password).
 * ERR_REFUSED: others can write the file. */
int settings_load(struct settings *s, struct err *e) MUST_CHECK;
void settings_release(struct settings *s);

/* The two halves of settings_load(), which may run in two processes: reading
 * the bytes (ERR_NOT_FOUND: no file; ERR_USAGE: no HOME) and parsing them. */
int settings_read(struct buf *text, struct err *e) MUST_CHECK;
int settings_parse(
    struct settings *s, const void *text, size_t len, struct err *e) MUST_CHECK;

/* Checks and sets one value (NULL unsets it): URLs must be http or https
 * (endpoints https, or http to loopback; a proxy also socks5, socks5h, a user
 * name and password, and no path), ca_bundle an absolute path, the flags true
 * or false.  ERR_USAGE says what the key accepts and leaves the old value. */
int settings_set(struct settings *s, enum settings_key key, const char *value,
    struct err *e) MUST_CHECK;

/* Replaces the file, mode 0600. */
int settings_save(const struct settings *s, struct err *e) MUST_CHECK;

/* Appends it as JSON; with shown_, without the user names and passwords in
 * URLs. */
void settings_json(
    const struct settings *s, int pretty, int shown_, struct buf *out);

#endif
