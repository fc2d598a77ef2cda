#ifndef MAIRU_NET_AWS_CREDENTIAL_H
#define MAIRU_NET_AWS_CREDENTIAL_H

/*
 * AWS credentials of one role.  All of it lies in the slab as one secret: the
 * very body that the endpoint answers with, in which the single values stand
 * as they are, since none of their characters needs an escape.
 *
 * When it ends is told by the clock of who gave it.  What is kept, and given,
 * is when that is by this machine's: SDKs here compare with the same.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/core/buf.h"
#include "base/core/err.h"
#include "base/core/secret.h"

enum {
	CREDENTIAL_MAX_BODY = 9 * 1024, /* aws-crt takes less than 10,000 */
	CREDENTIAL_LEFT = 10, /* seconds; fewer are no good to an SDK */
};

struct credential_part {
	size_t at, len;
};

struct credential {
	struct secret *body; /* NULL: there is none */
	struct credential_part key_id, secret_key, token;
	int64_t expires; /* seconds of the wall clock */
	int64_t life;	 /* seconds that were left when it came */
	int64_t ahead;	 /* seconds that this machine's clock was off then: as
			    long as it is set no other way `expires` holds */
	int no_cache;	 /* to be given to whoever waited, and dropped */
};

/* What a server said, still borrowed from its answer. */
struct credential_said {
	const char *key_id, *secret_key, *token; /* NUL-terminated */
	int64_t expires; /* by the clock of who says so, */
	int64_t ahead;	 /* which is so far ahead of this machine's */
	int no_cache;
};

/* ERR_UPSTREAM: a value is empty, has characters that no credential has, is
 * too long, or has expired by now (as credential_valid() says); ERR_NOMEM.  No
 * message quotes a value. */
int credential_make(struct credential *c, struct slab *slab,
    const struct credential_said *said, int64_t now, struct err *e) MUST_CHECK;

/* ERR_NOMEM: *to is zero. */
int credential_copy(struct credential *to, const struct credential *from,
    struct slab *slab, struct err *e) MUST_CHECK;

/* 1 when both are there, and are the same set: AWS gives no key id twice. */
int credential_same(const struct credential *a, const struct credential *b);

/* Wipes it; safe on a zeroed one. */
void credential_release(struct credential *c);

/* The bytes of a part, borrowed, not NUL-terminated. */
const char *credential_text(
    const struct credential *c, const struct credential_part *part);

/* 1 while it may be given to anybody: there are CREDENTIAL_LEFT seconds left
 * at least. */
int credential_valid(const struct credential *c, int64_t now);

/* When to renew it: a quarter of its life, at most 15 minutes, before its
 * end. */
int64_t credential_renew_at(const struct credential *c);

/* Seconds since 1970 as "2026-01-02T03:04:05Z". */
#define CREDENTIAL_TIME 21
void credential_time(int64_t t, char out[CREDENTIAL_TIME]);

/* RFC 3339, with any offset and with or without a fraction. ERR_FORMAT. */
int credential_parse_time(const char *text, size_t len, int64_t *t) MUST_CHECK;

#endif
