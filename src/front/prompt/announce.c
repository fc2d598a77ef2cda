#include "front/prompt/announce.h"

#include <stdlib.h>
#include <string.h>

#include "base/core/text.h"

void announce_line(struct buf *out, const struct buf *line)
{
	if (out->len > 0)
		buf_addc(out, '\n');
	buf_adds(out, "mairu: ");
	buf_add(out, line->data, line->len);
}

void announce_role(
    struct buf *out, const char *words, const char *server, const char *role)
{
	struct buf line = BUF_INIT(4096);

	buf_adds(&line, words);
	text_value(&line, server, strlen(server), 256);
	buf_addc(&line, ' ');
	text_value(&line, role, strlen(role), 512);
	announce_line(out, &line);
	buf_release(&line);
}

void announce_change(struct buf *out, const struct state *old,
    const struct state *next, const char *active)
{
	int same_terminal = old->session == next->session;
	/* It may have been dropped if something was read-only. */
	int same_role = old->active && next->active && active != NULL &&
			strcmp(old->server, next->server) == 0 &&
			strcmp(old->role, next->role) == 0;

	if (getenv("MAIRU_QUIET") != NULL || (same_role && same_terminal))
		return;
	if (next->active)
		announce_role(out, "", next->server, next->role);
	else if (old->active && same_terminal)
		announce_role(out, "left ", old->server, old->role);
}

static void add_name(struct buf *out, const char **comma, enum var_id id)
{
	buf_addf(out, "%s%s", *comma, var_name(id));
	*comma = ", ";
}

void announce_given_up(struct buf *out, const struct plan *plan)
{
	struct buf line = BUF_INIT(4096);
	const char *comma = "";

	if (plan->n_given_up == 0)
		return;
	for (size_t i = 0; i < plan->n_given_up; i++)
		add_name(&line, &comma, plan->given_up[i]);
	buf_addf(&line,
	    " %s not come back: another of the same set was set meanwhile",
	    plan->n_given_up > 1 ? "do" : "does");
	announce_line(out, &line);
	buf_release(&line);
}

void announce_stashed(struct buf *out, const struct state *s)
{
	const char *comma = "";

	for (unsigned i = 0; i < VAR_COUNT; i++)
		if (s->var[i].before == STATE_STASHED)
			add_name(out, &comma, (enum var_id)i);
}

void announce_kept_out(
    struct buf *out, const struct plan *plan, const char *role, enum shell sh)
{
	const char *name;

	if (plan->in_the_way == VAR_COUNT)
		return;
	name = var_name(plan->in_the_way);
	text_value(out, role, strlen(role), 512);
	buf_addf(out,
	    ": %s was set in this shell, so the role's keys are not. Run: %s "
	    "%s",
	    name, sh == SHELL_FISH ? "set -e" : "unset", name);
}
