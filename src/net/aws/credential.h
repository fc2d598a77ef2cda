#ifndef MAIRU_NET_AWS_CREDENTIAL_H
#define MAIRU_NET_AWS_CREDENTIAL_H

/*
 * AWS credentials of one role, kept in the slab as one secret: the body that
 * the endpoint answers with.  The values appear in it verbatim, since none of
 * their characters needs an escape.
 *
 * The issuer gives the expiry by its own clock.  We keep and serve it converted
 * to this machine's clock, which is what local SDKs compare it with.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/core/buf.h"
#include "base/core/err.h"
#include "base/core/secret.h"

enum {
	CREDENTIAL_MAX_BODY = 9 * 1024, /* aws-crt accepts less than 10,000 */
	CREDENTIAL_LEFT = 10,		/* seconds; less is useless to an SDK */
};

struct credential_part {
	size_t at, len;
};

struct credential {
	struct secret *body; /* NULL: none */
	struct credential_part key_id, secret_key, token;
	int64_t expires; /* seconds of the wall clock */
	int64_t life;	 /* seconds left when it arrived */
	int64_t ahead;	 /* clock skew in seconds at that time: `expires` holds
			    until the clock is changed */
	int no_cache;	 /* give it to those waiting, then drop it */
};

/* A server's values, borrowed from its answer. */
struct credential_said {
	const char *key_id, *secret_key, *token; /* NUL-terminated */
	int64_t expires;			 /* by the server's clock, */
	int64_t ahead; /* which is this far ahead of ours */
	int no_cache;
};

/* ERR_UPSTREAM: a value is empty, has illegal characters, is too long, or has
 * expired (see credential_valid()); ERR_NOMEM.  No message quotes a value. */
int credential_make(struct credential *c, struct slab *slab,
    const struct credential_said *said, int64_t now, struct err *e) MUST_CHECK;

/* ERR_NOMEM: *to is zero. */
int credential_copy(struct credential *to, const struct credential *from,
    struct slab *slab, struct err *e) MUST_CHECK;

/* 1 if both are set and the same: AWS never reuses a key id. */
int credential_same(const struct credential *a, const struct credential *b);

/* Wipes it; safe on a zeroed one. */
void credential_release(struct credential *c);

/* The bytes of a part, borrowed, not NUL-terminated. */
const char *credential_text(
    const struct credential *c, const struct credential_part *part);

/* 1 while it is still useful: at least CREDENTIAL_LEFT seconds are left. */
int credential_valid(const struct credential *c, int64_t now);

/* When to renew it: a quarter of its life, at most 15 minutes, before it
 * expires. */
int64_t credential_renew_at(const struct credential *c);

/* Seconds since 1970 as "2026-01-02T03:04:05Z". */
#define CREDENTIAL_TIME 21
void credential_time(int64_t t, char out[CREDENTIAL_TIME]);

/* RFC 3339, with any offset and with or without a fraction. ERR_FORMAT. */
int credential_parse_time(const char *text, size_t len, int64_t *t) MUST_CHECK;

#endif
