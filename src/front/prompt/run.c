#include "front/prompt/run.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/core/text.h"
#include "base/sys/plat.h"
#include "front/environment/orphan.h"
#include "front/prompt/announce.h"
#include "front/prompt/complaint.h"
#include "front/prompt/deadline.h"
#include "front/prompt/inherited.h"
#include "front/prompt/originals.h"
#include "front/prompt/statement.h"
#include "front/prompt/wanted.h"
#include "front/terminal/say.h"

/* 1 if everything is as the last prompt left it. */
static int nothing_changed(struct prompt *p)
{
	const char *state = getenv(VAR_STATE);
	int64_t now = (int64_t)time(NULL);

	/* Before asking the broker: if another replaces it meanwhile, the scene
	 * differs. */
	fingerprint_look(&p->scene, &p->verdict.project);
	if (state == NULL)
		return 0;
	if (fingerprint_same(
		&p->scene, &p->verdict.project, p->env.now, state, now))
		return 1;
	/* With stashed originals, only for that shell: another that inherits
	 * them has to tell the broker. */
	p->scene.shell = getppid();
	return fingerprint_same(
	    &p->scene, &p->verdict.project, p->env.now, state, now);
}

/* Keeps what is in force: the same state, no steps. */
static void carry_on(struct prompt *p)
{
	memset(&p->plan, 0, sizeof(p->plan));
	if (state_decode(&p->plan.next, getenv(VAR_STATE), NULL) < 0)
		state_init(&p->plan.next);
	p->plan.next.session = getsid(0);
}

static void make_plan(struct prompt *p)
{
	const struct plan_want *w = p->wants ? &p->want : NULL;

	if (p->holds) {
		if (p->old.has_handle && p->unheard)
			originals_say_owed(p, "");
		carry_on(p);
		return;
	}
	originals_fetch(p);
	plan_make(&p->plan, &p->old, &p->env, w);
	if (p->complaint.len == 0)
		announce_kept_out(
		    &p->complaint, &p->plan, p->want.role, p->shell);
	if (originals_keep(p) < 0) {
		plan_release(&p->plan);
		plan_make(&p->plan, &p->old, &p->env, NULL);
	}
}

/* Starts the clock with what the previous run has left of the shared time.
 * Only the hook passes the start time, so an impossible value is ignored. */
static void begin(struct prompt *p, const char *began)
{
	int64_t now;
	long ms = 0;
	int left = DEADLINE_MS;

	if (began != NULL &&
	    text_number(began, strlen(began), 1, LONG_MAX, &ms) == 0) {
		now = plat_ms();
		if (ms <= now && now - ms < DEADLINE_TOGETHER_MS) {
			p->began = ms;
			left -= (int)(now - ms);
		}
	}
	deadline_begin(left > DEADLINE_LEAST_MS ? left : DEADLINE_LEAST_MS);
}

static void set_deadline(struct prompt *p)
{
	int64_t now = plat_ms();

	if (p->began == 0)
		p->began = now - deadline_spent();
	p->deadline = p->began + DEADLINE_BROKER_MS;
	if (p->deadline < now + DEADLINE_BROKER_LEAST_MS)
		p->deadline = now + DEADLINE_BROKER_LEAST_MS;
}

int run_prompt(enum shell sh, const char *began)
{
	static struct prompt p; /* large, and zero */
	struct err e;
	int r, found;

	p.shell = sh;
	begin(&p, began);
	(void)plat_undumpable();
	found = verdict_find(&p.verdict, &e);
	vars_read(p.env.now);
	/* It starts as VERDICT_NONE. */
	if (!inherited_is_lent_here(&p)) {
		if (found == 0 && nothing_changed(&p))
			return EXIT_OK;
		verdict_judge(&p.verdict, found, &e);
	}
	/* Nothing wanted, and nothing to undo. */
	if (p.verdict.kind == VERDICT_NONE && getenv(VAR_STATE) == NULL &&
	    !inherited_is_stray(&p))
		return EXIT_OK;
	set_deadline(&p);
	buf_init(&p.complaint, 4096);
	buf_init(&p.lost, 4096);
	inherited_read_state(&p);
	wanted_look(&p);
	if (p.stray && p.wants)
		orphan_given(p.env.now, p.want.value, p.env.drop);
	make_plan(&p);
	complaint_make(&p);
	originals_inherit(&p);
	r = statement_print(&p);
	if (r == EXIT_OK)
		originals_let_go(&p);
	plan_release(&p.plan);
	state_release(&p.old);
	broker_stash_release(&p.stash);
	if (p.keys.then == STATIC_KEYS)
		credentials_wipe(&p.keys.keys);
	verdict_release(&p.verdict);
	return r;
}
