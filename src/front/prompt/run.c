/* mairu export: what the hook calls at every prompt. */

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/core/text.h"
#include "base/sys/plat.h"
#include "front/cli/cmd.h"
#include "front/completion/value.h"
#include "front/environment/lent.h"
#include "front/environment/orphan.h"
#include "front/prompt/announce.h"
#include "front/prompt/deadline.h"
#include "front/prompt/elsewhere.h"
#include "front/prompt/login_notice.h"
#include "front/prompt/prompt.h"
#include "front/terminal/say.h"
#include "front/trust/ask.h"

enum {
	STATEMENT_MAX = 1024 * 1024,
};

static void read_env(struct prompt *p)
{
	for (unsigned i = 0; i < VAR_COUNT; i++)
		p->env.now[i] = getenv(var_name((enum var_id)i));
}

/* Whether `mairu exec` has a word in it.  1 when the role that it gave holds
 * here, so that the config is none of ours. */
static int is_lent_here(struct prompt *p)
{
	enum lent mark =
	    lent_look(p->env.now, p->verdict.project.path, &p->holds_lent);

	p->env.lent = mark == LENT_HERE || mark == LENT_ELSEWHERE;
	/* What it left here leads nowhere. */
	p->ended = mark == LENT_ENDED;
	return mark == LENT_HERE;
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
	return orphan_find(
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
	w->role = project_role(c);
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
		p->want.value[VAR_FULL_URI] = p->grant.url;
		p->want.value[VAR_AUTH_TOKEN] = p->grant.token;
		return;
	}
	buf_adds(&p->complaint, e.msg);
	p->unheard = prompt_is_silence(e.code);
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
	p->unheard = said.reached < 0 && prompt_is_silence(said.e.code) &&
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

/* 1 when all is as the last prompt left it. */
static int nothing_changed(struct prompt *p)
{
	const char *state = getenv(VAR_STATE);
	int64_t now = (int64_t)time(NULL);

	/* Before the broker is asked: one that takes its place meanwhile is
	 * another scene. */
	fingerprint_look(&p->scene, &p->verdict.project);
	if (state == NULL)
		return 0;
	if (fingerprint_same(
		&p->scene, &p->verdict.project, p->env.now, state, now))
		return 1;
	/* One that has handed out keys of its own is known by that shell alone:
	 * another that inherits it has to tell the broker. */
	p->scene.shell = getppid();
	return fingerprint_same(
	    &p->scene, &p->verdict.project, p->env.now, state, now);
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
			fingerprint_look(&p->scene, &p->verdict.project);
		/* After the scene, so that an edit meanwhile is noticed. */
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

/* A complaint is made once: not again in this terminal until it changes.  It
 * is never the shell's to print: it tells of what is not trusted, and what the
 * shell is given it evaluates. */
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
		if (p->verdict.kind != VERDICT_ASK ||
		    project_is_simple(&p->verdict.project))
			say("%s", buf_str(&p->complaint));
		else
			trust_ask_tell(&p->verdict);
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
		announce_change(
		    news, &p->old, &p->plan.next, p->env.now[VAR_ACTIVE_ROLE]);
	else if (getenv("MAIRU_QUIET") == NULL)
		announce_role(news, "", server, role);
}

static void warn(
    struct prompt *p, const char *const value[VAR_COUNT], struct buf *news)
{
	struct buf line = BUF_INIT(DEFAULT_PROFILE_LINE_MAX);

	if (default_profile_warn(
		&p->shadow, value, &p->old, &p->plan.next, &line))
		announce_line(news, &line);
	buf_clear(&line);
	if (elsewhere_tell(&p->old, &p->plan.next, &line))
		announce_line(news, &line);
	buf_clear(&line);
	if (login_notice_tell(&p->grant.need, p->grant.url[0] != '\0',
		p->want.role, &p->old, &p->plan.next, &line))
		announce_line(news, &line);
	buf_release(&line);
}

/* The scene as the statement makes it, where there is nothing left to say. */
static void put_scene(const struct prompt *p, struct buf *state)
{
	const char *value[VAR_COUNT];
	struct fingerprint scene = p->scene;

	if (!p->wants || p->complaint.len > 0)
		return;
	look_ahead(p, value);
	scene.shell = p->plan.next.has_handle ? getppid() : 0;
	fingerprint_put(
	    &scene, &p->verdict.project, value, p->plan.next.renew_at, state);
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

/* A shell that does not let the change happen remembers all the same what was
 * said. */
static void encode_refused(
    const struct prompt *p, const char *before, struct buf *out)
{
	struct state s;

	if (!p->complains || p->plan.n_steps == 0)
		return;
	/* Not p->old, into which secrets may have come from the broker. */
	state_init(&s);
	if (before == NULL || state_decode(&s, before, NULL) == 0) {
		s.session = p->plan.next.session;
		s.has_told = 1;
		memcpy(s.told, p->plan.next.told, STATE_MARK);
		state_encode(&s, out);
	}
	state_release(&s);
}

/* When this began, for the next run to take into account: 0 where nothing was
 * waited for. */
static int64_t noted(const struct prompt *p)
{
	return plat_ms() - p->began >= DEADLINE_NOTED_MS ? p->began : 0;
}

/* The shell prints the news itself, once it has taken the change. */
static int print(struct prompt *p)
{
	struct buf out = BUF_INIT(STATEMENT_MAX), news = BUF_INIT(16 * 1024);
	struct buf now = BUF_INIT(STATE_MAX * 2);
	struct buf refused = BUF_INIT(STATE_MAX * 2);
	const char *before = getenv(VAR_STATE);
	const struct state *next = &p->plan.next;
	struct shell_change c = {.plan = &p->plan, .began = noted(p)};
	const char *value[VAR_COUNT];
	int empty, r = EXIT_OK;

	look_ahead(p, value);
	if (!next->active)
		tell_change(p, value, &news);
	/* Why they could not be renewed may have been said long ago. */
	if (p->keys.expired && !p->complains)
		announce_role(&news,
		    "the credentials have expired and are unset: ",
		    p->old.server, p->old.role);
	if (p->lost.len > 0)
		announce_line(&news, &p->lost);
	announce_given_up(&news, &p->plan);
	if (next->active)
		tell_change(p, value, &news);
	warn(p, value, &news);
	empty = state_empty(next);
	if (!empty)
		state_encode(next, &now);
	put_scene(p, &now);
	if (p->plan.n_steps > 0 || c.began != 0 ||
	    (empty ? before != NULL
		   : before == NULL || strcmp(before, buf_str(&now)) != 0)) {
		c.state = empty ? NULL : buf_str(&now);
		c.news = news.len > 0 ? buf_str(&news) : NULL;
		c.drops = drops(p);
		encode_refused(p, before, &refused);
		c.refused = refused.len > 0 ? buf_str(&refused) : NULL;
		shell_statement(p->shell, &c, &out);
		r = say_data(&out);
	}
	buf_release(&out);
	buf_release(&news);
	buf_release(&now);
	buf_release(&refused);
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
			prompt_say_owed(p, "");
		carry_on(p);
		return;
	}
	prompt_fetch_stash(p);
	plan_make(&p->plan, &p->old, &p->env, w);
	if (p->complaint.len == 0)
		announce_kept_out(
		    &p->complaint, &p->plan, p->want.role, p->shell);
	if (prompt_stash(p) < 0) {
		plan_release(&p->plan);
		plan_make(&p->plan, &p->old, &p->env, NULL);
	}
}

/* What the run before has left of the time that both have together.  Nobody
 * but the hook says when that began, so a word that can't be is none. */
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

static int export_run(const struct cmd_line *line)
{
	static struct prompt p; /* large, and zero */
	struct err e;
	int r, found;

	begin(&p, line->n_args > 1 ? line->args[1] : NULL);
	(void)plat_undumpable();
	p.shell = shell_find(line->args[0]);
	if (p.shell == SHELL_UNKNOWN) {
		say_failure("export: the shells are bash, zsh and fish");
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
	set_deadline(&p);
	buf_init(&p.complaint, 4096);
	buf_init(&p.lost, 4096);
	read_state(&p);
	look(&p);
	if (p.stray && p.wants)
		orphan_given(p.env.now, p.want.value, p.env.drop);
	make_plan(&p);
	complain(&p);
	prompt_hold(&p);
	r = print(&p);
	if (r == EXIT_OK)
		prompt_let_go(&p);
	plan_release(&p.plan);
	state_release(&p.old);
	broker_stash_release(&p.stash);
	if (p.keys.then == STATIC_KEYS)
		credentials_wipe(&p.keys.keys);
	verdict_release(&p.verdict);
	return r;
}

const struct cmd cmd_export = {
    .name = "export",
    .synopsis = "SHELL [BEGAN]",
    .purpose = "prints what must change in the shell; the hook calls it",
    .details = "SHELL is bash, zsh or fish.  Prints one statement, or nothing "
	       "when nothing\nchanged.  BEGAN is what an earlier statement "
	       "set, if that took long.",
    .example = "mairu export zsh",
    .min_args = 1,
    .max_args = 2,
    .arg_values = {&value_shell},
    .run = export_run,
};
