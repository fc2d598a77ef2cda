#ifndef MAIRU_FRONT_PROMPT_STATIC_ROLE_H
#define MAIRU_FRONT_PROMPT_STATIC_ROLE_H

/*
 * A role in static mode at a prompt: its keys are in the environment, and
 * nobody renews them there but the prompts that come later.
 *
 *  - A role whose keys are not there yet is entered without them, so that no
 *    others take their place, and each prompt asks again.
 *  - Keys that can't be renewed stay until they expire, unless there is none
 *    who would give them any more: then they go at once.
 *  - Keys that have expired are taken away, whoever is to blame.
 */

#include <stdint.h>

#include "base/config/project.h"
#include "base/core/buf.h"
#include "base/core/err.h"
#include "front/environment/state.h"
#include "front/role/credentials.h"

enum static_then {
	STATIC_OUT,   /* the role can't be entered */
	STATIC_HOLDS, /* what is in force stays as it is */
	STATIC_BARE,  /* the role, without keys */
	STATIC_KEYS,  /* the role with its keys */
};

struct static_role {
	enum static_then then;
	struct credentials keys; /* of STATIC_KEYS; wiped otherwise */
	int expired;		 /* keys in force have expired and go */
};

/* What the broker said: reached < 0 when it could not be asked, and then e
 * says why; else why->code is 0 when there are keys. */
struct static_said {
	int reached;
	struct err e, why;
};

/* Asks the broker, in one round trip. */
void static_role_ask(struct static_role *s, const struct project *p,
    int64_t deadline, struct static_said *said);

/* Decides; in_force: the state is of these bytes.  Appends what is to be told
 * a person, if anything. */
void static_role_decide(struct static_role *s, const struct project *p,
    const struct static_said *said, const struct state *old, int in_force,
    int64_t now, struct buf *complaint);

#endif
