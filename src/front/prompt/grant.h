#ifndef MAIRU_FRONT_PROMPT_GRANT_H
#define MAIRU_FRONT_PROMPT_GRANT_H

/*
 * What the hook asks of the broker, each as one call with a deadline in
 * plat_ms().
 */

#include <stdint.h>

#include "base/config/project.h"
#include "base/core/bearer.h"
#include "base/core/buf.h"
#include "base/core/err.h"
#include "front/environment/state.h"
#include "front/environment/vars.h"
#include "front/prompt/login_notice.h"
#include "front/role/credentials.h"

/* 1 when a call that ended in this code has reached a broker that may answer
 * later. */
int broker_is_silent(int code);

struct broker_grant {
	char url[128];
	char token[BEARER_MAX];
	struct login_notice need; /* of a login at the role's server */
};

/* The endpoint's URL and the token for this config, starting a broker if none
 * runs.  ERR_REFUSED when the broker is for other directories than those of
 * this process. */
int broker_grant(const struct project *p, int64_t deadline,
    struct broker_grant *g, struct err *e) MUST_CHECK;

/* The keys of this config in static mode, if they are there, in one round
 * trip.  0 without them: why->code is not 0.  An error, as broker_grant() has
 * them, when the role could not be entered at all.  The grant is asked for as
 * well: the broker tells all shells when it goes. */
int broker_keys(const struct project *p, int64_t deadline,
    struct credentials *k, struct err *why, struct err *e) MUST_CHECK;

struct broker_stash {
	char *value[VAR_COUNT];
};

/* Keeps the values that are not NULL, for a shell; the same values give the
 * same handle. */
int broker_stash_put(const char *const value[VAR_COUNT], pid_t shell,
    int64_t deadline, unsigned char handle[STATE_HANDLE],
    struct err *e) MUST_CHECK;

/* Another shell has the handle from now on (held 1), or one has it no more. */
int broker_stash_hold(const unsigned char handle[STATE_HANDLE], pid_t shell,
    int held, int64_t deadline, struct err *e) MUST_CHECK;

/* ERR_NOT_FOUND when no broker runs or it does not have them. */
int broker_stash_get(const unsigned char handle[STATE_HANDLE], int64_t deadline,
    struct broker_stash *s, struct err *e) MUST_CHECK;

/* Wipes them. */
void broker_stash_release(struct broker_stash *s);

#endif
