#include "front/prompt/inherited.h"

#include <stdlib.h>

#include "front/environment/lent.h"
#include "front/environment/orphan.h"

int inherited_is_lent_here(struct prompt *p)
{
	enum lent mark =
	    lent_look(p->env.now, p->verdict.project.path, &p->holds_lent);

	p->env.lent = mark == LENT_HERE || mark == LENT_ELSEWHERE;
	/* What it left here no longer works. */
	p->ended = mark == LENT_ENDED;
	return mark == LENT_HERE;
}

/* An untrusted state takes its credentials with it. */
static void distrust(struct prompt *p, int code)
{
	int any = 0;

	for (unsigned i = 0; i < VAR_COUNT; i++) {
		unsigned traits = var_traits((enum var_id)i);

		/* Another user's state says what it set; a damaged one says
		 * nothing, so every credential is suspect. */
		if (code == ERR_FOREIGN)
			p->env.drop[i] = p->old.var[i].touch == STATE_SET &&
					 state_is_ours(&p->old, (enum var_id)i,
					     p->env.now[i]);
		else
			p->env.drop[i] =
			    (traits & (VAR_BUNDLES | VAR_OURS)) != 0;
		any |= p->env.drop[i];
	}
	/* A state may exist just for a message. */
	if (code == ERR_FOREIGN && any)
		buf_addf(&p->lost,
		    "the AWS role that this shell inherited is of another "
		    "user (uid %lu) and was dropped",
		    (unsigned long)p->old.uid);
	else if (code != ERR_FOREIGN)
		buf_adds(&p->lost, VAR_STATE
		    " is damaged, so the AWS credentials of this "
		    "shell were unset. Set your own again if you had any");
	state_release(&p->old);
	state_init(&p->old);
}

int inherited_is_stray(struct prompt *p)
{
	return orphan_find(
	    p->env.now, p->env.lent && p->holds_lent, p->env.drop);
}

void inherited_read_state(struct prompt *p)
{
	const char *text = getenv(VAR_STATE);
	int r;

	state_init(&p->old);
	r = text != NULL ? state_decode(&p->old, text, NULL) : 0;
	if (r < 0)
		distrust(p, r);
	p->stray = !p->old.active && inherited_is_stray(p);
	if (!p->stray || p->lost.len > 0)
		return;
	buf_adds(&p->lost,
	    p->ended ? "the `mairu exec` that gave this shell its AWS role has "
		       "ended, so the role was dropped"
		     : VAR_STATE
		" is gone, so the AWS role that this shell had "
		"was dropped. Set again what it had before, if "
		"anything");
}
