#ifndef MAIRU_FRONT_PROMPT_GRANT_H
#define MAIRU_FRONT_PROMPT_GRANT_H

/*
 * The hook's calls to the broker, each with a deadline in plat_ms().
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

/* 1 if a call that ended with this code has reached a broker that may answer
 * later. */
int broker_is_silent(int code);

struct broker_grant {
	char url[128];
	char token[BEARER_MAX];
	struct login_notice need; /* login needed at the role's server */
};

/* Gets the endpoint's URL and token for this config; starts a broker if none
 * runs.  ERR_REFUSED if the broker serves other directories than this
 * process's. */
int broker_grant(const struct project *p, int64_t deadline,
    struct broker_grant *g, struct err *e) MUST_CHECK;

/* Gets the keys of this config in static mode, if available, in one round
 * trip.  0 without keys: why->code is not 0.  An error, as for broker_grant(),
 * if the role could not be entered at all.  Also requests the grant: the broker
 * tells all shells when it goes. */
int broker_keys(const struct project *p, int64_t deadline,
    struct credentials *k, struct err *why, struct err *e) MUST_CHECK;

struct broker_stash {
	char *value[VAR_COUNT];
};

/* Stores the non-NULL values for a shell; equal values give the same handle. */
int broker_stash_put(const char *const value[VAR_COUNT], pid_t shell,
    int64_t deadline, unsigned char handle[STATE_HANDLE],
    struct err *e) MUST_CHECK;

/* Registers another shell as a holder of the handle (held 1), or removes it. */
int broker_stash_hold(const unsigned char handle[STATE_HANDLE], pid_t shell,
    int held, int64_t deadline, struct err *e) MUST_CHECK;

/* ERR_NOT_FOUND if no broker runs or it does not have them. */
int broker_stash_get(const unsigned char handle[STATE_HANDLE], int64_t deadline,
    struct broker_stash *s, struct err *e) MUST_CHECK;

/* Wipes the values. */
void broker_stash_release(struct broker_stash *s);

#endif
