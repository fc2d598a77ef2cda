#ifndef MAIRU_FRONT_PROMPT_PROMPT_H
#define MAIRU_FRONT_PROMPT_PROMPT_H

/*
 * A prompt on its way from what it finds to what it prints, as the files of
 * `mairu export` share it.
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

/* 1 when there is a broker, and it may answer later. */
int prompt_is_silence(int code);

/* --- originals.c */

/* The way out of a broker that does not answer is to end it: names what it
 * keeps for this shell before that is advised. */
void prompt_say_owed(struct prompt *p, const char *why);

/* Turns originals that the broker keeps into values, where they are needed:
 * to be restored, or to be kept together with new ones. */
void prompt_fetch_stash(struct prompt *p);

/* Once what was kept is in the shell again, or about to be: the broker need
 * not have it any more. */
void prompt_let_go(const struct prompt *p);

/* A shell that has inherited a handle holds it too from its first prompt on,
 * so that the end of the other does not lose what it means. */
void prompt_hold(struct prompt *p);

/* Gives secret originals to the broker; the state keeps a handle.  All of
 * both sets go, so that they come back together. */
int prompt_stash(struct prompt *p);

#endif
