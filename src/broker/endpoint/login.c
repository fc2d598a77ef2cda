/* A request whose role needs a login: if one is in progress, it waits, and
 * continues afterwards.  Otherwise the person at the program's terminal is
 * told; that must be found while the program still waits for its answer, and so
 * holds the connection. */

#include "broker/endpoint/request.h"

enum {
	SEEK_MS = 500,
};

void endpoint_leave(struct waiting *w)
{
	wait_leave(&w->rest);
	find_terminal_stop(&w->seek);
	loop_disarm(w->ep->loop, &w->enough);
}

static void found(void *arg, const char *terminal)
{
	struct waiting *w = arg;
	const struct endpoint_login *l = &w->ep->login;
	const struct grant *grant = endpoint_grant(w->ep, w->request);

	if (grant && *terminal)
		l->found(l->arg, grant, terminal);
	endpoint_fail(w, &w->why, 0);
}

static void enough(void *arg)
{
	found(arg, "");
}

/* 1 if a search for its terminal has started. */
static int seek(struct waiting *w, const struct err *why)
{
	struct loop *loop = w->ep->loop;
	int64_t ms = w->until - loop_now(loop);
	uint64_t inode = gate_inode(&w->ep->gate, w->request);

	if (inode == 0)
		return 0;
	w->why = *why;
	w->seek.fn = found;
	w->enough.fn = enough;
	w->seek.arg = w->enough.arg = w;
	find_terminal_begin(&w->seek, loop, inode);
	loop_disarm(loop, &w->timer);
	loop_arm(loop, &w->enough, ms < SEEK_MS ? ms : SEEK_MS);
	return 1;
}

int endpoint_waits(struct waiting *w, const struct err *why)
{
	const struct endpoint_login *l = &w->ep->login;
	const struct grant *grant = endpoint_grant(w->ep, w->request);

	if (!l->needed || !grant)
		return 0;
	if (l->under_way(l->arg, grant_project(grant)->server)) {
		waits_add(&w->ep->resting, &w->rest);
		return 1;
	}
	return l->needed(l->arg, grant) && seek(w, why);
}

void endpoint_logged_in(struct endpoint *ep)
{
	struct waits all = {0};
	struct waiting *w;

	/* Requests that start waiting again are not visited again. */
	waits_take(&ep->resting, &all);
	while ((w = waits_next(&all)))
		endpoint_fetch(w);
}

void endpoint_on_login(struct endpoint *ep, const struct endpoint_login *login)
{
	ep->login = *login;
}
