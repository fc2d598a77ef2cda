#ifndef MAIRU_FRONT_PROMPT_PROMPT_H
#define MAIRU_FRONT_PROMPT_PROMPT_H

/*
 * A prompt on its way from what it finds to what it prints, as the files of
 * this room hand it on: run.c has the order.
 */

#include <stdint.h>

#include "base/core/buf.h"
#include "front/environment/default_profile.h"
#include "front/environment/fingerprint.h"
#include "front/environment/plan.h"
#include "front/environment/state.h"
#include "front/prompt/grant.h"
#include "front/prompt/static_role.h"
#include "front/shell/quoting.h"
#include "front/trust/verdict.h"

struct prompt {
	enum shell shell;
	int64_t began; /* plat_ms(): this wait, the `cd` before included */
	int64_t deadline;
	struct state old;
	struct plan_env env;
	struct verdict verdict;
	struct fingerprint scene;
	struct broker_grant grant;
	struct static_role keys;
	struct broker_stash stash;
	int fetched; /* the stash, by the handle: */
	unsigned char handle[STATE_HANDLE];
	struct default_profile shadow;
	struct plan_want want;
	int stray;	/* there is a role that has no state */
	int ended;	/* what `mairu exec` became has ended */
	int holds_lent; /* the variables are those of `mairu exec` */
	int wants;	/* `want` is to be put in force */
	int holds;	/* what is in force stays as it is */
	int unheard;	/* the broker could not be asked, and it is said */
	int complains;	/* for the first time here */
	struct buf complaint; /* "" when there is none */
	struct buf lost;      /* what can't be put back */
	struct plan plan;
};

#endif
