/* mairu export: what the hook calls at every prompt. */

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/bytes.h"
#include "base/hash.h"
#include "base/path.h"
#include "base/plat.h"
#include "base/text.h"
#include "front/broker.h"
#include "front/cmd.h"
#include "front/execmark.h"
#include "front/news.h"
#include "front/plan.h"
#include "front/say.h"
#include "front/scene.h"
#include "front/shadow.h"
#include "front/shell.h"
#include "front/state.h"
#include "front/static_role.h"
#include "front/stray.h"
#include "front/verdict.h"

/* Programs built with sanitizers start a hundred times slower. */
#ifndef MAIRU_PATIENCE
#define MAIRU_PATIENCE 1
#endif

enum {
	/* A prompt is never held longer: the timer's default action ends this
	 * process, be it in a system call on a mount that hangs. */
	TIMER_MS = 200 * MAIRU_PATIENCE,
	/* The broker is waited for a little less, to have time to say so. */
	BROKER_MS = 150 * MAIRU_PATIENCE,
	STATEMENT_MAX = 1024 * 1024,
};

struct prompt {
	enum shell shell;
	int64_t deadline;
	struct state old;
	struct plan_env env;
	struct verdict verdict;
	struct scene scene;
	struct broker_grant grant;
	struct static_role keys;
	struct broker_stash stash;
	struct shadow shadow;
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

static void arm_timer(void)
{
	const struct itimerval t = {
	    .it_value = {TIMER_MS / 1000, TIMER_MS % 1000 * 1000}};

	(void)signal(SIGALRM, SIG_DFL);
	(void)setitimer(ITIMER_REAL, &t, NULL);
}

static void read_env(struct prompt *p)
{
	for (unsigned i = 0; i < VAR_COUNT; i++)
		p->env.now[i] = getenv(var_name((enum var_id)i));
}

/* Whether `mairu exec` has a word in it.  1 when the role that it gave holds
 * here, so that the config is none of ours. */
static int is_lent_here(struct prompt *p)
{
	enum execmark mark =
	    execmark_look(p->env.now, p->verdict.project.path, &p->holds_lent);

	p->env.lent = mark == EXECMARK_HERE || mark == EXECMARK_ELSEWHERE;
	/* What it left here leads nowhere. */
	p->ended = mark == EXECMARK_ENDED;
	return mark == EXECMARK_HERE;
}

/* A state that is not to be believed takes its credentials with it. */
static void distrust(struct prompt *p, int code)
{
	int any = 0;

	for (unsigned i = 0; i < VAR_COUNT; i++) {
		unsigned traits = var_traits((enum var_id)i);

		/* Another user's state says what it set; a damaged one says
		 * nothing, so that every credential is suspect. */
		if (code == ERR_FOREIGN)
			p->env.drop[i] = p->old.var[i].touch == STATE_SET &&
					 state_is_ours(&p->old, (enum var_id)i,
					     p->env.now[i]);
		else
			p->env.drop[i] =
			    (traits & (VAR_BUNDLES | VAR_OURS)) != 0;
		any |= p->env.drop[i];
	}
	/* A state may be there for a message alone. */
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

static int is_stray(struct prompt *p)
{
	return stray_find(
	    p->env.now, p->env.lent && p->holds_lent, p->env.drop);
}

static void read_state(struct prompt *p)
{
	const char *text = getenv(VAR_STATE);
	int r;

	state_init(&p->old);
	r = text != NULL ? state_decode(&p->old, text, NULL) : 0;
	if (r < 0)
		distrust(p, r);
	p->stray = !p->old.active && is_stray(p);
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

static void want(struct prompt *p)
{
	const struct project *c = &p->verdict.project;
	struct plan_want *w = &p->want;

	w->config = c->path;
	w->digest = c->digest;
	w->server = c->server;
	w->role = c->n_hops > 0 ? c->hops[c->n_hops - 1].role_arn : c->role;
	w->value[VAR_ACTIVE_SERVER] = c->server;
	w->value[VAR_ACTIVE_ROLE] = w->role;
	w->value[VAR_ACTIVE_CONFIG] = c->path;
	w->value[VAR_REGION] = c->region;
	w->value[VAR_DEFAULT_REGION] = c->region;
	p->wants = 1;
}

/* There is a broker, and it may answer later. */
static int is_silence(int code)
{
	return code == ERR_TIMEOUT || code == ERR_FOREIGN;
}

/* Asks the broker for the grant of a config that is good. */
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
	p->unheard = is_silence(e.code);
	/* The variables in force point at an endpoint that refuses or is
	 * gone.  Without them an SDK would look elsewhere, and find another
	 * account. */
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
	p->unheard =
	    said.reached < 0 && is_silence(said.e.code) && p->complaint.len > 0;
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

/* 1 when all is as the last prompt left it. */
static int nothing_changed(struct prompt *p)
{
	const char *state = getenv(VAR_STATE);

	/* Before the broker is asked: one that takes its place meanwhile is
	 * another scene. */
	scene_look(&p->scene, &p->verdict.project);
	return state != NULL && scene_same(&p->scene, &p->verdict.project,
				    p->env.now, state, (int64_t)time(NULL));
}

static void look(struct prompt *p)
{
	switch (p->verdict.kind) {
	case VERDICT_GOOD:
		if (p->verdict.project.mode == PROJECT_STATIC)
			ask_for_keys(p);
		else
			ask_broker(p);
		/* One that this started was not there to be seen. */
		if (!p->scene.whole)
			scene_look(&p->scene, &p->verdict.project);
		/* After the scene, so that an edit meanwhile is noticed. */
		if (!p->wants)
			break;
		shadow_look(&p->shadow, p->verdict.project.mode);
		p->want.value[VAR_PROFILE] = shadow_profile(&p->shadow);
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

static void say_lost(struct prompt *p)
{
	buf_adds(&p->lost, "the broker no longer has what this shell had in ");
	news_stashed(&p->lost, &p->old);
	buf_adds(&p->lost, "; set it again if you need it");
}

/* The names of a role without its token are nobody's. */
static void forget_lent(struct prompt *p)
{
	for (unsigned i = 0; i < VAR_COUNT; i++)
		if ((var_traits((enum var_id)i) & VAR_OURS) != 0 &&
		    p->old.var[i].before == STATE_VALUE)
			p->old.var[i].before = STATE_ABSENT;
}

/* The way out of a broker that does not answer is to end it: what it keeps for
 * this shell is named before that is advised. */
static void say_owed(struct prompt *p, const char *why)
{
	struct buf line = BUF_INIT(4096);

	buf_adds(&line, "what this shell had in ");
	news_stashed(&line, &p->old);
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

/* Turns originals that the broker keeps into values, where they are needed:
 * to be restored, or to be kept together with new ones. */
static void fetch_stash(struct prompt *p)
{
	struct err e;
	int r;

	if (!p->old.has_handle || p->holds ||
	    (p->wants && plan_same(&p->old, &p->want)))
		return;
	r = broker_stash_get(p->old.handle, p->deadline, &p->stash, &e);
	if (is_silence(r)) {
		/* Owed until it answers; the state remembers. */
		say_owed(p, e.msg);
		return;
	}
	if (r < 0) {
		say_lost(p);
		forget_lent(p);
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

/* Gives secret originals to the broker; the state keeps a handle.  All of
 * both sets go, so that they come back together. */
static int stash(struct prompt *p)
{
	struct state *next = &p->plan.next;
	const char *values[VAR_COUNT] = {0};
	struct err e;

	if (!plan_has_secrets(&p->plan))
		return 0;
	for (unsigned i = 0; i < VAR_COUNT; i++)
		if ((var_traits((enum var_id)i) & VAR_BUNDLES) != 0)
			values[i] = next->var[i].original;
	if (broker_stash_put(values, p->deadline, next->handle, &e) < 0) {
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

/* A complaint is made once: not again in this terminal until it changes. */
static void complain(struct prompt *p)
{
	struct state *next = &p->plan.next;
	unsigned char mark[STATE_MARK];

	next->has_told = 0;
	if (p->complaint.len == 0)
		return;
	state_mark(p->verdict.project.path, buf_str(&p->complaint), mark);
	if (!p->old.has_told || memcmp(mark, p->old.told, STATE_MARK) != 0 ||
	    p->old.session != next->session) {
		p->complains = 1;
		/* Else with the change: a shell that does not let it happen
		 * would not remember that this was said. */
		if (p->plan.n_steps == 0)
			say("%s", buf_str(&p->complaint));
	}
	next->has_told = 1;
	memcpy(next->told, mark, STATE_MARK);
}

/* The variables as the statement makes them. */
static void look_ahead(const struct prompt *p, const char *value[VAR_COUNT])
{
	memcpy(value, p->env.now, sizeof(p->env.now));
	for (size_t i = 0; i < p->plan.n_steps; i++) {
		const struct plan_step *s = &p->plan.step[i];

		value[s->id] = s->op == PLAN_SET ? s->value : NULL;
	}
}

static void tell_change(const struct prompt *p,
    const char *const value[VAR_COUNT], struct buf *news)
{
	const char *server = value[VAR_ACTIVE_SERVER];
	const char *role = value[VAR_ACTIVE_ROLE];
	int left = p->old.active && !p->plan.next.active;

	/* Behind a project's role is that of `mairu exec` again. */
	if (!left || !p->env.lent || server == NULL || role == NULL)
		news_change(
		    news, &p->old, &p->plan.next, p->env.now[VAR_ACTIVE_ROLE]);
	else if (getenv("MAIRU_QUIET") == NULL)
		news_role(news, "", server, role);
}

static void warn(
    struct prompt *p, const char *const value[VAR_COUNT], struct buf *news)
{
	struct buf line = BUF_INIT(SHADOW_LINE_MAX);

	if (shadow_warn(&p->shadow, value, &p->old, &p->plan.next, &line))
		news_line(news, &line);
	buf_release(&line);
}

/* The scene as the statement makes it, where there is nothing left to say. */
static void put_scene(const struct prompt *p, struct buf *state)
{
	const char *value[VAR_COUNT];

	if (!p->wants || p->complaint.len > 0)
		return;
	look_ahead(p, value);
	scene_put(&p->scene, &p->verdict.project, value, p->plan.next.renew_at,
	    state);
}

/* 1 when the plan takes a role away that is in the environment. */
static int drops(const struct prompt *p)
{
	for (size_t i = 0; i < p->plan.n_steps; i++) {
		enum var_id id = p->plan.step[i].id;

		if ((p->old.active || p->env.drop[id]) &&
		    (var_traits(id) & (VAR_BUNDLES | VAR_OURS)) != 0)
			return 1;
	}
	return 0;
}

/* The shell prints the news itself, once it has taken the change. */
static int print(struct prompt *p)
{
	struct buf out = BUF_INIT(STATEMENT_MAX), news = BUF_INIT(16 * 1024);
	struct buf now = BUF_INIT(STATE_MAX * 2);
	const char *before = getenv(VAR_STATE);
	const struct state *next = &p->plan.next;
	struct shell_change c = {.plan = &p->plan};
	const char *value[VAR_COUNT];
	int empty, r = EXIT_OK;

	look_ahead(p, value);
	/* That a role is gone comes before why there is no other. */
	if (!next->active)
		tell_change(p, value, &news);
	if (p->complains && p->plan.n_steps > 0)
		news_line(&news, &p->complaint);
	/* Why they could not be renewed may have been said long ago. */
	if (p->keys.expired && !p->complains)
		news_role(&news, "the credentials have expired and are unset: ",
		    p->old.server, p->old.role);
	if (p->lost.len > 0)
		news_line(&news, &p->lost);
	news_given_up(&news, &p->plan);
	if (next->active)
		tell_change(p, value, &news);
	warn(p, value, &news);
	empty = state_empty(next);
	if (!empty)
		state_encode(next, &now);
	put_scene(p, &now);
	if (p->plan.n_steps > 0 ||
	    (empty ? before != NULL
		   : before == NULL || strcmp(before, buf_str(&now)) != 0)) {
		c.state = empty ? NULL : buf_str(&now);
		c.news = news.len > 0 ? buf_str(&news) : NULL;
		c.drops = drops(p);
		shell_statement(p->shell, &c, &out);
		r = say_data(&out);
	}
	buf_release(&out);
	buf_release(&news);
	buf_release(&now);
	return r;
}

/* Carries on what is in force: the state as it was, and no step. */
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
			say_owed(p, "");
		carry_on(p);
		return;
	}
	fetch_stash(p);
	plan_make(&p->plan, &p->old, &p->env, w);
	if (p->complaint.len == 0)
		news_kept_out(&p->complaint, &p->plan, p->want.role, p->shell);
	if (stash(p) < 0) {
		plan_release(&p->plan);
		plan_make(&p->plan, &p->old, &p->env, NULL);
	}
}

static int export_run(const struct cmd_line *line)
{
	static struct prompt p; /* large, and zero */
	struct err e;
	int r, found;

	arm_timer();
	(void)plat_undumpable();
	p.shell = shell_find(line->args[0]);
	if (p.shell == SHELL_UNKNOWN) {
		say("export: the shells are bash, zsh and fish");
		return EXIT_USAGE;
	}
	found = verdict_find(&p.verdict, &e);
	read_env(&p);
	/* VERDICT_NONE is what it begins with. */
	if (!is_lent_here(&p)) {
		if (found == 0 && nothing_changed(&p))
			return EXIT_OK;
		verdict_judge(&p.verdict, found, &e);
	}
	/* Nothing is wanted, and nothing is to be undone. */
	if (p.verdict.kind == VERDICT_NONE && getenv(VAR_STATE) == NULL &&
	    !is_stray(&p))
		return EXIT_OK;
	p.deadline = plat_ms() + BROKER_MS;
	buf_init(&p.complaint, 4096);
	buf_init(&p.lost, 4096);
	read_state(&p);
	look(&p);
	if (p.stray && p.wants)
		stray_given(p.env.now, p.want.value, p.env.drop);
	make_plan(&p);
	complain(&p);
	r = print(&p);
	plan_release(&p.plan);
	state_release(&p.old);
	broker_stash_release(&p.stash);
	if (p.keys.then == STATIC_KEYS)
		keys_wipe(&p.keys.keys);
	verdict_release(&p.verdict);
	return r;
}

const struct cmd cmd_export = {
    .name = "export",
    .synopsis = "SHELL",
    .purpose = "prints what must change in the shell; the hook calls it",
    .details = "SHELL is bash, zsh or fish.  Prints one statement, or nothing "
	       "when nothing\nchanged.",
    .example = "mairu export zsh",
    .min_args = 1,
    .max_args = 1,
    .run = export_run,
};
