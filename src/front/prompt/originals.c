#include "front/prompt/originals.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/core/bytes.h"
#include "base/sys/plat.h"
#include "front/prompt/announce.h"

static void say_lost(struct prompt *p)
{
	buf_adds(&p->lost, "the broker no longer has what this shell had in ");
	announce_stashed(&p->lost, &p->old);
	buf_adds(&p->lost, "; set it again if you need it");
}

/* A role's names without its token are useless. */
static void forget_lent(struct prompt *p)
{
	for (unsigned i = 0; i < VAR_COUNT; i++)
		if ((var_traits((enum var_id)i) & VAR_OURS) != 0 &&
		    p->old.var[i].before == STATE_VALUE)
			p->old.var[i].before = STATE_ABSENT;
}

void originals_say_owed(struct prompt *p, const char *why)
{
	struct buf line = BUF_INIT(4096);

	buf_adds(&line, "what this shell had in ");
	announce_stashed(&line, &p->old);
	buf_adds(&line, " waits with the broker, and is lost if that ends: ");
	buf_adds(&line, p->unheard ? buf_str(&p->complaint) : why);
	if (p->unheard)
		buf_clear(&p->complaint);
	if (p->complaint.len == 0)
		buf_adds(&p->complaint, buf_str(&line));
	else if (p->old.active)
		buf_adds(&p->lost, buf_str(&line));
	buf_release(&line);
}

void originals_fetch(struct prompt *p)
{
	struct err e;
	int r;

	if (!p->old.has_handle || p->holds ||
	    (p->wants && plan_same(&p->old, &p->want)))
		return;
	r = broker_stash_get(p->old.handle, p->deadline, &p->stash, &e);
	if (broker_is_silent(r)) {
		/* Owed until the broker answers; the state remembers. */
		originals_say_owed(p, e.msg);
		return;
	}
	if (r < 0) {
		say_lost(p);
		forget_lent(p);
	} else {
		p->fetched = 1;
		memcpy(p->handle, p->old.handle, STATE_HANDLE);
	}
	for (unsigned i = 0; i < VAR_COUNT; i++) {
		struct state_var *v = &p->old.var[i];

		if (v->before != STATE_STASHED)
			continue;
		v->before = STATE_ABSENT;
		if (p->stash.value[i] != NULL) {
			v->before = STATE_VALUE;
			v->original = state_dup(p->stash.value[i]);
		}
	}
	p->old.has_handle = 0;
}

int originals_keep(struct prompt *p)
{
	struct state *next = &p->plan.next;
	const char *values[VAR_COUNT] = {0};
	struct err e;

	if (!plan_has_secrets(&p->plan))
		return 0;
	for (unsigned i = 0; i < VAR_COUNT; i++)
		if ((var_traits((enum var_id)i) & VAR_BUNDLES) != 0)
			values[i] = next->var[i].original;
	next->holder = plat_original(getppid());
	if (broker_stash_put(
		values, next->holder, p->deadline, next->handle, &e) < 0) {
		buf_clear(&p->complaint);
		buf_addf(&p->complaint,
		    "the AWS credentials that this shell has could not be "
		    "kept, so the role is not taken: %s",
		    e.msg);
		return -1;
	}
	next->has_handle = 1;
	for (unsigned i = 0; i < VAR_COUNT; i++) {
		struct state_var *v = &next->var[i];

		if (values[i] == NULL)
			continue;
		bytes_wipe(v->original, strlen(v->original));
		free(v->original);
		v->original = NULL;
		v->before = STATE_STASHED;
	}
	return 0;
}

void originals_inherit(struct prompt *p)
{
	struct state *next = &p->plan.next;
	struct err e;
	pid_t shell;
	int r;

	if (!next->has_handle)
		return;
	shell = plat_original(getppid());
	if (next->holder == shell)
		return;
	r = broker_stash_hold(next->handle, shell, 1, p->deadline, &e);
	/* A loss is reported when the value is to be restored. */
	if (r == 0 || r == ERR_NOT_FOUND)
		next->holder = shell;
}

void originals_let_go(const struct prompt *p)
{
	const struct state *next = &p->plan.next;
	struct err e;

	if (!p->fetched || (next->has_handle && memcmp(next->handle, p->handle,
						    STATE_HANDLE) == 0))
		return;
	/* At the latest it is dropped when the shell ends. */
	(void)!broker_stash_hold(
	    p->handle, plat_original(getppid()), 0, p->deadline, &e);
}
