#include "front/environment/plan.h"

#include <stdlib.h>
#include <string.h>

struct job {
	struct plan *p;
	const struct state *old;
	const struct plan_env *env;
	const struct plan_want *want;
	int entering;
	int keeps_keys_out;  /* the user's own keep ours out */
	unsigned user_owns;  /* sets the user has changed */
	int ours[VAR_COUNT]; /* unchanged since we set it, so ours to change */
};

int plan_same(const struct state *old, const struct plan_want *want)
{
	return old->active && want != NULL &&
	       strcmp(old->config, want->config) == 0 &&
	       memcmp(old->digest, want->digest, HASH_SHA384) == 0;
}

static const char *now(const struct job *j, enum var_id id)
{
	return j->env->drop[id] ? NULL : j->env->now[id];
}

/* Once per variable: it computes a hash. */
static void find_ours(struct job *j)
{
	for (unsigned i = 0; i < VAR_COUNT; i++) {
		enum var_id id = (enum var_id)i;
		const char *value = now(j, id);

		j->ours[i] =
		    state_is_ours(j->old, id, value) ||
		    (j->old->var[i].touch == STATE_SET && value == NULL &&
			(var_traits(id) & VAR_HEALS) != 0);
	}
}

static struct plan_step *add(struct job *j, enum var_id id, enum plan_op op)
{
	struct plan_step *s = &j->p->step[j->p->n_steps++];

	*s = (struct plan_step){.id = id, .op = op};
	return s;
}

/* An original whose set the user has since changed; reported once, on leaving
 * the project. */
static int gives_up(struct job *j, enum var_id id)
{
	if ((var_traits(id) & j->user_owns & VAR_BUNDLES) == 0)
		return 0;
	if (j->old->var[id].before != STATE_ABSENT)
		j->p->given_up[j->p->n_given_up++] = id;
	return 1;
}

static void copy_before(struct state_var *v, const struct state_var *was)
{
	v->before = was->before;
	if (was->before == STATE_VALUE)
		v->original = state_dup(was->original);
}

/* The user has changed it since: keep our note, in case it is changed back. */
static void keep_note(struct job *j, enum var_id id)
{
	const struct state_var *was = &j->old->var[id];
	struct state_var *v = &j->p->next.var[id];

	if (j->entering || was->touch == STATE_UNTOUCHED)
		return;
	v->touch = was->touch;
	memcpy(v->mark, was->mark, STATE_MARK);
	copy_before(v, was);
}

/* Carries over what the variable was before we touched it. */
static void note_before(struct job *j, enum var_id id, enum state_touch touch)
{
	const struct state_var *was = &j->old->var[id];
	struct state_var *v = &j->p->next.var[id];

	v->touch = touch;
	if ((var_traits(id) & VAR_OURS) != 0 && !j->env->lent)
		v->before = STATE_ABSENT;
	else if (j->ours[id]) {
		if (!j->entering || !gives_up(j, id))
			copy_before(v, was);
	} else if (now(j, id) != NULL) {
		v->before = STATE_VALUE;
		v->original = state_dup(now(j, id));
	}
}

static void set(struct job *j, enum var_id id, const char *value)
{
	const char *seen = j->env->now[id];
	struct plan_step *s;

	note_before(j, id, STATE_SET);
	state_mark(var_name(id), value, j->p->next.var[id].mark);
	if (seen != NULL && strcmp(seen, value) == 0)
		return;
	s = add(j, id, PLAN_SET);
	s->value = value;
	s->first = seen == NULL && (var_traits(id) & VAR_OURS) == 0 &&
		   j->old->var[id].touch != STATE_SET &&
		   j->p->next.var[id].before == STATE_ABSENT;
}

static void unset(struct job *j, enum var_id id)
{
	const struct state_var *was = &j->old->var[id];

	note_before(j, id, STATE_UNSET);
	if (j->env->now[id] != NULL)
		add(j, id, PLAN_UNSET)->last = j->ours[id] &&
					       was->touch == STATE_SET &&
					       was->before == STATE_ABSENT;
}

static void restore(struct job *j, enum var_id id)
{
	const struct state_var *was = &j->old->var[id];
	int users = gives_up(j, id);
	const char *original = NULL;

	if (was->before == STATE_STASHED && !users) {
		/* Owed: unset for now, and requested again later. */
		j->p->next.var[id].touch = STATE_UNSET;
		j->p->next.var[id].before = STATE_STASHED;
	} else if (was->before == STATE_VALUE && !users)
		original = was->original;
	if (original != NULL) {
		if (now(j, id) == NULL || strcmp(now(j, id), original) != 0) {
			struct plan_step *s = add(j, id, PLAN_SET);

			s->value = original;
			s->restored = 1;
		}
	} else if (j->env->now[id] != NULL)
		add(j, id, PLAN_UNSET)->last = was->before == STATE_ABSENT &&
					       (var_traits(id) & VAR_OURS) == 0;
}

/* Whether a value that the directory wants may be set now. */
static int may_set(const struct job *j, enum var_id id)
{
	if (j->entering || j->ours[id] || (var_traits(id) & VAR_OURS) != 0)
		return 1;
	return (var_traits(id) & VAR_HEALS) != 0 && now(j, id) == NULL;
}

/* A value that only we set: without it the variable is back to its original. */
static int only_ours(const struct job *j, enum var_id id)
{
	const struct state_var *was = &j->old->var[id];

	return was->touch == STATE_SET && was->before == STATE_ABSENT;
}

static void decide(struct job *j, enum var_id id)
{
	const char *value = j->want != NULL ? j->want->value[id] : NULL;

	if (j->keeps_keys_out && (var_traits(id) & VAR_KEYS) != 0)
		value = NULL;
	if (value != NULL) {
		if (may_set(j, id))
			set(j, id, value);
		else
			keep_note(j, id);
		return;
	}
	if (j->want != NULL && (var_traits(id) & VAR_WINS) != 0) {
		if (j->ours[id] && only_ours(j, id))
			restore(j, id);
		else if (j->ours[id] || (j->entering && now(j, id) != NULL))
			unset(j, id);
		else if (j->env->drop[id] && j->env->now[id] != NULL)
			add(j, id, PLAN_UNSET);
		else
			keep_note(j, id);
		return;
	}
	if (j->ours[id])
		restore(j, id);
	else if (j->env->drop[id] && j->env->now[id] != NULL)
		add(j, id, PLAN_UNSET);
}

/* The sets that the user has changed since we touched them.  While a role is in
 * force, an endpoint without a note of ours is also the user's. */
static unsigned bundles_of_user(const struct job *j)
{
	unsigned owned = 0;

	for (unsigned i = 0; i < VAR_COUNT; i++) {
		enum var_id id = (enum var_id)i;
		unsigned sets = VAR_BUNDLES;

		if (j->ours[id])
			continue;
		if (j->old->var[i].touch == STATE_UNTOUCHED) {
			if (now(j, id) == NULL)
				continue;
			if (!j->old->active)
				sets = VAR_KEYS;
		}
		owned |= var_traits(id) & sets;
	}
	return owned;
}

/* Within one config: keys arrive after the role, and are renewed, but never
 * next to what the user has set since.  VAR_COUNT: nothing is in the way. */
static enum var_id in_the_way(const struct job *j)
{
	if (j->want == NULL || j->want->value[VAR_ACCESS_KEY_ID] == NULL ||
	    j->entering)
		return VAR_COUNT;
	for (unsigned i = 0; i < VAR_COUNT; i++) {
		enum var_id id = (enum var_id)i;

		if ((var_traits(id) & VAR_BUNDLES) != 0 && !j->ours[id] &&
		    now(j, id) != NULL)
			return id;
	}
	return VAR_COUNT;
}

void plan_make(struct plan *p, const struct state *old,
    const struct plan_env *env, const struct plan_want *want)
{
	struct job j = {.p = p, .old = old, .env = env, .want = want};
	struct state *next = &p->next;

	memset(p, 0, sizeof(*p));
	state_init(next);
	j.entering = want != NULL && !plan_same(old, want);
	find_ours(&j);
	j.user_owns = bundles_of_user(&j);
	p->in_the_way = in_the_way(&j);
	j.keeps_keys_out = p->in_the_way != VAR_COUNT;
	for (unsigned i = 0; i < VAR_COUNT; i++)
		decide(&j, (enum var_id)i);
	for (unsigned i = 0; i < VAR_COUNT; i++)
		if (next->var[i].before == STATE_STASHED) {
			next->has_handle = 1;
			memcpy(next->handle, old->handle, STATE_HANDLE);
			next->holder = old->holder;
		}
	if (want == NULL)
		return;
	next->active = 1;
	if (!j.keeps_keys_out) {
		next->expires = want->expires;
		next->renew_at = want->renew_at;
	}
	memcpy(next->config, want->config, strlen(want->config) + 1);
	memcpy(next->digest, want->digest, HASH_SHA384);
	next->server = state_dup(want->server);
	next->role = state_dup(want->role);
}

void plan_release(struct plan *p)
{
	state_release(&p->next);
	p->n_steps = 0;
}

int plan_has_secrets(const struct plan *p)
{
	for (unsigned i = 0; i < VAR_COUNT; i++)
		if (p->next.var[i].before == STATE_VALUE &&
		    (var_traits((enum var_id)i) & VAR_SECRET) != 0)
			return 1;
	return 0;
}
