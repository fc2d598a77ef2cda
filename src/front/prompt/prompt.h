#ifndef MAIRU_FRONT_PROMPT_PROMPT_H
#define MAIRU_FRONT_PROMPT_PROMPT_H

/*
 * The data of one prompt, from what it finds to what it prints, as passed
 * between the files of this directory: run.c has the order.
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
	int64_t began; /* plat_ms(): start of this wait, the `cd` included */
	int64_t deadline;
	struct state old;
	struct plan_env env;
	struct verdict verdict;
	struct fingerprint scene;
	struct broker_grant grant;
	struct static_role keys;
	struct broker_stash stash;
	int fetched; /* the stash, by this handle: */
	unsigned char handle[STATE_HANDLE];
	struct default_profile shadow;
	struct plan_want want;
	int stray;	/* there is a role without a state */
	int ended;	/* the process of `mairu exec` has ended */
	int holds_lent; /* the variables are from `mairu exec` */
	int wants;	/* apply `want` */
	int holds;	/* keep what is in force */
	int unheard;	/* the broker could not be asked, and that was said */
	int complains;	/* new in this terminal */
	struct buf complaint; /* "" if none */
	struct buf lost;      /* what can't be restored */
	struct plan plan;
};

#endif
