#ifndef MAIRU_FRONT_PROMPT_STATIC_ROLE_H
#define MAIRU_FRONT_PROMPT_STATIC_ROLE_H

/*
 * A role in static mode at a prompt: its keys are in the environment, and only
 * later prompts renew them.
 *
 *  - A role whose keys are not available yet is entered without them, so that
 *    no others take their place, and each prompt asks again.
 *  - Keys that can't be renewed stay until they expire, unless nobody would
 *    issue them any more: then they are removed at once.
 *  - Expired keys are removed, whatever the reason.
 */

#include <stdint.h>

#include "base/config/project.h"
#include "base/core/buf.h"
#include "base/core/err.h"
#include "front/environment/state.h"
#include "front/role/credentials.h"

enum static_then {
	STATIC_OUT,   /* can't be entered */
	STATIC_HOLDS, /* keep what is in force */
	STATIC_BARE,  /* the role, without keys */
	STATIC_KEYS,  /* the role with its keys */
};

struct static_role {
	enum static_then then;
	struct credentials keys; /* for STATIC_KEYS; else wiped */
	int expired;		 /* the keys in force have expired and go */
};

/* The broker's answer: reached < 0 if it could not be asked, and e says why;
 * else why->code is 0 if there are keys. */
struct static_said {
	int reached;
	struct err e, why;
};

/* Asks the broker, in one round trip. */
void static_role_ask(struct static_role *s, const struct project *p,
    int64_t deadline, struct static_said *said);

/* Decides.  in_force: the state is for these bytes.  Appends any message for
 * the user. */
void static_role_decide(struct static_role *s, const struct project *p,
    const struct static_said *said, const struct state *old, int in_force,
    int64_t now, struct buf *complaint);

#endif
