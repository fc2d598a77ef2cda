#include "front/prompt/wanted.h"

#include <time.h>

static void want(struct prompt *p)
{
	const struct project *c = &p->verdict.project;
	struct plan_want *w = &p->want;

	w->config = c->path;
	w->digest = c->digest;
	w->server = c->server;
	w->role = project_role(c);
	w->value[VAR_ACTIVE_SERVER] = c->server;
	w->value[VAR_ACTIVE_ROLE] = w->role;
	w->value[VAR_ACTIVE_CONFIG] = c->path;
	w->value[VAR_REGION] = c->region;
	w->value[VAR_DEFAULT_REGION] = c->region;
	p->wants = 1;
}

/* Asks the broker for the grant of a good config. */
static void ask_broker(struct prompt *p)
{
	const struct project *c = &p->verdict.project;
	struct plan_want same = {.config = c->path, .digest = c->digest};
	struct err e;

	if (broker_grant(c, p->deadline, &p->grant, &e) == 0) {
		want(p);
		p->want.value[VAR_FULL_URI] = p->grant.url;
		p->want.value[VAR_AUTH_TOKEN] = p->grant.token;
		return;
	}
	buf_adds(&p->complaint, e.msg);
	p->unheard = broker_is_silent(e.code);
	/* The variables in force point at an endpoint that refuses or is gone.
	 * Without them an SDK would look further, and find another account. */
	p->holds = plan_same(&p->old, &same);
}

/* The same for its keys, in static mode. */
static void ask_for_keys(struct prompt *p)
{
	const struct project *c = &p->verdict.project;
	struct plan_want same = {.config = c->path, .digest = c->digest};
	struct static_role *s = &p->keys;
	struct static_said said;

	static_role_ask(s, c, p->deadline, &said);
	static_role_decide(s, c, &said, &p->old, plan_same(&p->old, &same),
	    (int64_t)time(NULL), &p->complaint);
	p->holds = s->then == STATIC_HOLDS;
	p->unheard = said.reached < 0 && broker_is_silent(said.e.code) &&
		     p->complaint.len > 0;
	if (s->then == STATIC_BARE || s->then == STATIC_KEYS)
		want(p);
	if (s->then != STATIC_KEYS)
		return;
	p->want.value[VAR_ACCESS_KEY_ID] = s->keys.id;
	p->want.value[VAR_SECRET_ACCESS_KEY] = s->keys.secret;
	p->want.value[VAR_SESSION_TOKEN] = s->keys.token;
	p->want.value[VAR_CREDENTIAL_EXPIRATION] = s->keys.expiration;
	p->want.expires = s->keys.expires;
	p->want.renew_at = s->keys.renew_at;
}

void wanted_look(struct prompt *p)
{
	switch (p->verdict.kind) {
	case VERDICT_GOOD:
		if (p->verdict.project.mode == PROJECT_STATIC)
			ask_for_keys(p);
		else
			ask_broker(p);
		/* A broker that this call started was not there for the first
		 * look. */
		if (!p->scene.whole)
			fingerprint_look(&p->scene, &p->verdict.project);
		/* After the scene, so that a concurrent edit is noticed. */
		if (!p->wants)
			break;
		default_profile_look(&p->shadow, p->verdict.project.mode);
		p->want.value[VAR_PROFILE] =
		    default_profile_profile(&p->shadow);
		break;
	case VERDICT_BAD:
	case VERDICT_ASK:
		if (p->verdict.homeless)
			break;
		buf_add(&p->complaint, p->verdict.why.data, p->verdict.why.len);
		break;
	case VERDICT_NONE:
	case VERDICT_DENIED:
		break;
	}
}
