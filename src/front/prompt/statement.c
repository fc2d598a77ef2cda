#include "front/prompt/statement.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/sys/plat.h"
#include "front/prompt/announce.h"
#include "front/prompt/deadline.h"
#include "front/prompt/elsewhere.h"
#include "front/terminal/say.h"

enum {
	STATEMENT_MAX = 1024 * 1024,
};

/* The variables as the statement leaves them. */
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

	/* Below a project's role, that of `mairu exec` is back. */
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

/* Records the scene as the statement leaves it, if there is nothing left to
 * report. */
static void put_scene(const struct prompt *p,
    const char *const value[VAR_COUNT], struct buf *state)
{
	struct fingerprint scene = p->scene;

	if (!p->wants || p->complaint.len > 0)
		return;
	scene.shell = p->plan.next.has_handle ? getppid() : 0;
	fingerprint_put(
	    &scene, &p->verdict.project, value, p->plan.next.renew_at, state);
}

/* 1 if the plan removes a role that is in the environment. */
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

/* A shell that refuses the change still remembers what was said. */
static void encode_refused(
    const struct prompt *p, const char *before, struct buf *out)
{
	struct state s;

	if (!p->complains || p->plan.n_steps == 0)
		return;
	/* Not p->old, which may hold secrets from the broker. */
	state_init(&s);
	if (before == NULL || state_decode(&s, before, NULL) == 0) {
		s.session = p->plan.next.session;
		s.has_told = 1;
		memcpy(s.told, p->plan.next.told, STATE_MARK);
		state_encode(&s, out);
	}
	state_release(&s);
}

/* When this began, for the next run to account for; 0 if nothing took long. */
static int64_t noted(const struct prompt *p)
{
	return plat_ms() - p->began >= DEADLINE_NOTED_MS ? p->began : 0;
}

int statement_print(struct prompt *p)
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
	/* The reason for the failed renewal may have been shown long ago. */
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
	put_scene(p, value, &now);
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
