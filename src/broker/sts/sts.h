#ifndef MAIRU_BROKER_STS_STS_H
#define MAIRU_BROKER_STS_STS_H

/*
 * Requests to AWS STS and their answers: the Query protocol, signed, with
 * answers in XML.  Nothing here waits, sends or keeps state.
 *
 * Errors as in broker/kinds/provider.h: ERR_DENIED (retrying is pointless) and
 * ERR_UPSTREAM (worth retrying).
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

/* Pacing and retries of calls to STS: all share one queue. */
extern const struct throttle_rule sts_pace;
extern const unsigned char sts_line[HASH_SHA256];

struct sts_at {
	const struct settings *settings;
	const char *region; /* NULL: that of the role's partition */
	struct slab *slab;
	int64_t now;   /* wall clock */
	int64_t ahead; /* seconds that the service's clock is ahead */
};

/* Results besides an error; 0 is success. */
enum {
	/* Its clock differs: retry with the time of a->date. */
	STS_CLOCK = 1,
	/* The credentials that signed the request have expired: new ones may
	 * work.  e says so. */
	STS_SOURCE = 2,
	/* The duration exceeds the hour allowed when a role assumes a role:
	 * retry with an hour.  e says so. */
	STS_HOUR = 3,
};

/* The endpoint to ask; role_arn determines the partition if nothing else does,
 * and may be NULL. */
struct aws_endpoint;
int sts_endpoint(const struct sts_at *at, const char *role_arn,
    struct aws_endpoint *to, struct err *e) MUST_CHECK;

/* Requests a role with credentials `by`, which come from a role themselves. */
int sts_assume_ask(const struct sts_at *at, const struct hop *hop,
    const char *session_name, const struct credential *by, struct http_ask *ask,
    struct err *e) MUST_CHECK;

/* Fills *c, with its expiry by the clock of at->now, and *arn (to be freed)
 * with its identity.  by: the caller's ARN for messages, or NULL. */
int sts_assume_take(const struct sts_at *at, const struct hop *hop,
    const char *by, const struct http_answer *a, struct credential *c,
    char **arn, struct err *e) MUST_CHECK;

/* Asks whose credentials these are; role_arn determines the partition if
 * nothing else does, and may be NULL. */
int sts_identity_ask(const struct sts_at *at, const char *role_arn,
    const struct credential *by, struct http_ask *ask,
    struct err *e) MUST_CHECK;

struct sts_identity {
	char *account, *arn, *user_id;
};

int sts_identity_take(const struct http_answer *a, const struct sts_at *at,
    struct sts_identity *id, struct err *e) MUST_CHECK;
void sts_identity_release(struct sts_identity *id);

/* The session name in the ARN of an assumed role, or NULL; borrowed. */
const char *sts_session_of(const char *arn);

/* 1 if the service accepts it as a session name. */
int sts_session_valid(const char *name);

/* Makes a session name from a name, dropping what the service would not accept.
 * "" if nothing usable is left. */
#define STS_SESSION 65
void sts_session_make(const char *name, char out[STS_SESSION]);

#endif
