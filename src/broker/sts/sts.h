#ifndef MAIRU_BROKER_STS_STS_H
#define MAIRU_BROKER_STS_STS_H

/*
 * What is asked of AWS STS, and what it answers: the Query protocol, signed,
 * with answers in XML.  Nothing here waits, sends or remembers.
 *
 * Errors are those of broker/kinds/provider.h: ERR_DENIED (asking again is
 * pointless) and ERR_UPSTREAM (worth another try).
 */

#include <stdint.h>

#include "base/config/hop.h"
#include "base/config/settings.h"
#include "base/core/err.h"
#include "base/core/hash.h"
#include "base/core/secret.h"
#include "net/aws/credential.h"
#include "net/http/http.h"
#include "net/http/throttle.h"

/* How calls to STS are spread, and made again: all in one line. */
extern const struct throttle_rule sts_pace;
extern const unsigned char sts_line[HASH_SHA256];

struct sts_at {
	const struct settings *settings;
	const char *region; /* NULL: the partition's of the role */
	struct slab *slab;
	int64_t now;   /* wall clock */
	int64_t ahead; /* seconds that the service's is */
};

/* What an answer says besides an error; 0 is a yes. */
enum {
	/* It went by another clock: ask again with that of a->date. */
	STS_CLOCK = 1,
	/* The credentials that it was signed with have ended: with new ones
	 * it may go.  e says so. */
	STS_SOURCE = 2,
	/* More than the hour that a role has which a role assumes: ask again
	 * with no more.  e says so. */
	STS_HOUR = 3,
};

/* Where it is asked; role_arn says which partition, if nothing else does, and
 * may be NULL. */
struct aws_endpoint;
int sts_endpoint(const struct sts_at *at, const char *role_arn,
    struct aws_endpoint *to, struct err *e) MUST_CHECK;

/* A role: with these credentials, which are some that were assumed before. */
int sts_assume_ask(const struct sts_at *at, const struct hop *hop,
    const char *session_name, const struct credential *by, struct http_ask *ask,
    struct err *e) MUST_CHECK;

/* Fills *c, whose end is by the clock of at->now, and *arn (to be freed) with
 * the identity that they are of.  by: the ARN of who asked, or NULL, for
 * messages. */
int sts_assume_take(const struct sts_at *at, const struct hop *hop,
    const char *by, const struct http_answer *a, struct credential *c,
    char **arn, struct err *e) MUST_CHECK;

/* Who these credentials are; role_arn says which partition to ask, if nothing
 * else does, and may be NULL. */
int sts_identity_ask(const struct sts_at *at, const char *role_arn,
    const struct credential *by, struct http_ask *ask,
    struct err *e) MUST_CHECK;

struct sts_identity {
	char *account, *arn, *user_id;
};

int sts_identity_take(const struct http_answer *a, const struct sts_at *at,
    struct sts_identity *id, struct err *e) MUST_CHECK;
void sts_identity_release(struct sts_identity *id);

/* The session's name in the ARN of an assumed role, or NULL; borrowed. */
const char *sts_session_of(const char *arn);

/* 1 when the service takes it as the name of a session. */
int sts_session_valid(const char *name);

/* Makes one of a name: what the service would not take is left out.  "" when
 * nothing of use is left. */
#define STS_SESSION 65
void sts_session_make(const char *name, char out[STS_SESSION]);

#endif
