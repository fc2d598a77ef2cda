/* mairu export: what the hook calls at every prompt. */

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/bytes.h"
#include "base/hash.h"
#include "base/path.h"
#include "base/plat.h"
#include "base/text.h"
#include "front/broker.h"
#include "front/cmd.h"
#include "front/plan.h"
#include "front/say.h"
#include "front/scene.h"
#include "front/shell.h"
#include "front/state.h"
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
	struct broker_stash stash;
	struct plan_want want;
	int wants;	      /* `want` is to be put in force */
	int holds;	      /* what is in force stays as it is */
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

/* A state that is not to be believed takes its credentials with it. */
static void distrust(struct prompt *p, int code)
{
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
	}
	if (code == ERR_FOREIGN)
		buf_addf(&p->lost,
		    "the AWS role that this shell inherited is of another "
		    "user (uid %lu) and was dropped",
		    (unsigned long)p->old.uid);
	else
		buf_adds(&p->lost, VAR_STATE
		    " is damaged, so the AWS credentials of this "
		    "shell were unset. Set your own again if you had any");
	state_release(&p->old);
	state_init(&p->old);
}

static void read_state(struct prompt *p)
{
	const char *text = getenv(VAR_STATE);
	int r;

	state_init(&p->old);
	if (text == NULL)
		return;
	r = state_decode(&p->old, text, NULL);
	if (r < 0)
		distrust(p, r);
}

static void want(struct prompt *p)
{
	const struct project *c = &p->verdict.project;
	struct plan_want *w = &p->want;

	w->config = c->path;
	w->digest = c->digest;
	w->server = c->server;
	w->role = c->n_hops > 0 ? c->hops[c->n_hops - 1].role_arn : c->role;
	w->value[VAR_FULL_URI] = p->grant.url;
	w->value[VAR_AUTH_TOKEN] = p->grant.token;
	w->value[VAR_ACTIVE_SERVER] = c->server;
	w->value[VAR_ACTIVE_ROLE] = w->role;
	w->value[VAR_ACTIVE_CONFIG] = c->path;
	w->value[VAR_REGION] = c->region;
	w->value[VAR_DEFAULT_REGION] = c->region;
	p->wants = 1;
}

/* Asks the broker for the grant of a config that is good. */
static void ask_broker(struct prompt *p)
{
	const struct project *c = &p->verdict.project;
	struct plan_want same = {.config = c->path, .digest = c->digest};
	struct err e;

	if (broker_grant(c, p->deadline, &p->grant, &e) == 0) {
		want(p);
		/* One that this call started was not there to be seen. */
		if (!p->scene.whole)
			scene_look(&p->scene, c);
		return;
	}
	buf_adds(&p->complaint, e.msg);
	/* The variables in force point at an endpoint that refuses or is
	 * gone.  Without them an SDK would look elsewhere, and find another
	 * account. */
	p->holds = plan_same(&p->old, &same);
}

/* 1 when all is as the last prompt left it. */
static int nothing_changed(struct prompt *p)
{
	const char *state = getenv(VAR_STATE);

	/* Before the broker is asked: one that takes its place meanwhile is
	 * another scene. */
	scene_look(&p->scene, &p->verdict.project);
	return state != NULL &&
	       scene_same(&p->scene, &p->verdict.project, p->env.now, state);
}

static void look(struct prompt *p)
{
	switch (p->verdict.kind) {
	case VERDICT_GOOD:
		ask_broker(p);
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
	const char *comma = "";

	buf_adds(&p->lost, "the broker no longer has what this shell had in ");
	for (unsigned i = 0; i < VAR_COUNT; i++) {
		if (p->old.var[i].before != STATE_STASHED)
			continue;
		buf_addf(&p->lost, "%s%s", comma, var_name((enum var_id)i));
		comma = ", ";
	}
	buf_adds(&p->lost, "; set it again if you need it");
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
	if (r == ERR_TIMEOUT || r == ERR_FOREIGN) {
		/* Owed until it answers; the state remembers. */
		if (p->complaint.len == 0)
			buf_adds(&p->complaint, e.msg);
		return;
	}
	if (r < 0)
		say_lost(p);
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

static void add_line(struct buf *out, const struct buf *line)
{
	if (out->len > 0)
		buf_addc(out, '\n');
	buf_adds(out, "mairu: ");
	buf_add(out, line->data, line->len);
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
	    p->old.session != next->session)
		say("%s", buf_str(&p->complaint));
	next->has_told = 1;
	memcpy(next->told, mark, STATE_MARK);
}

static void add_role(
    struct buf *out, const char *verb, const char *server, const char *role)
{
	struct buf line = BUF_INIT(4096);

	buf_adds(&line, verb);
	text_safe(&line, server, strlen(server), 256);
	buf_addc(&line, ' ');
	text_safe(&line, role, strlen(role), 512);
	add_line(out, &line);
	buf_release(&line);
}

/* One line when the role in force changes. */
static void announce(const struct prompt *p, struct buf *out)
{
	const struct state *next = &p->plan.next;
	int same_terminal = p->old.session == next->session;
	int same_role = p->old.active && next->active &&
			strcmp(p->old.server, next->server) == 0 &&
			strcmp(p->old.role, next->role) == 0;

	if (getenv("MAIRU_QUIET") != NULL || (same_role && same_terminal))
		return;
	if (next->active)
		add_role(out, "", next->server, next->role);
	else if (p->old.active && same_terminal)
		add_role(out, "left ", p->old.server, p->old.role);
}

/* The scene as the statement makes it, where there is nothing left to say. */
static void put_scene(const struct prompt *p, struct buf *state)
{
	const char *value[VAR_COUNT];

	if (!p->wants || p->complaint.len > 0)
		return;
	memcpy(value, p->env.now, sizeof(value));
	for (size_t i = 0; i < p->plan.n_steps; i++) {
		const struct plan_step *s = &p->plan.step[i];

		value[s->id] = s->op == PLAN_SET ? s->value : NULL;
	}
	scene_put(&p->scene, &p->verdict.project, value, state);
}

/* The shell prints the news itself, once it has taken the change. */
static int print(struct prompt *p)
{
	struct buf out = BUF_INIT(STATEMENT_MAX), news = BUF_INIT(16 * 1024);
	struct buf now = BUF_INIT(STATE_MAX * 2);
	const char *before = getenv(VAR_STATE);
	struct shell_change c = {.plan = &p->plan};
	int empty, r = EXIT_OK;

	if (p->lost.len > 0)
		add_line(&news, &p->lost);
	announce(p, &news);
	empty = state_empty(&p->plan.next);
	if (!empty)
		state_encode(&p->plan.next, &now);
	put_scene(p, &now);
	if (p->plan.n_steps > 0 ||
	    (empty ? before != NULL
		   : before == NULL || strcmp(before, buf_str(&now)) != 0)) {
		c.state = empty ? NULL : buf_str(&now);
		c.news = news.len > 0 ? buf_str(&news) : NULL;
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
		carry_on(p);
		return;
	}
	fetch_stash(p);
	plan_make(&p->plan, &p->old, &p->env, w);
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
	if (found == 0 && nothing_changed(&p))
		return EXIT_OK;
	verdict_judge(&p.verdict, found, &e);
	/* Nothing is wanted, and nothing is to be undone. */
	if (p.verdict.kind == VERDICT_NONE && getenv(VAR_STATE) == NULL)
		return EXIT_OK;
	p.deadline = plat_ms() + BROKER_MS;
	buf_init(&p.complaint, 4096);
	buf_init(&p.lost, 4096);
	read_state(&p);
	look(&p);
	make_plan(&p);
	complain(&p);
	r = print(&p);
	plan_release(&p.plan);
	state_release(&p.old);
	broker_stash_release(&p.stash);
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
