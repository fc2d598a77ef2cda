#include "net/runtime/loop.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/sys/plat.h"

enum {
	FIRST_CAPACITY = 32,
};

struct loop {
	loop_clock *clock, *wall, *lived;
	void *clock_arg, *wall_arg, *lived_arg;
	/* Parallel arrays.  Slot 0 is never used, so that a zeroed watch counts
	 * as unwatched. */
	struct pollfd *fds;
	struct loop_fd **owners;
	size_t n, cap;
	int holes;				   /* some owner is NULL */
	TAILQ_HEAD(timer_list, loop_timer) timers; /* soonest first */
	uint64_t serial;
	int stopped;
};

static int64_t system_clock(void *arg)
{
	struct timespec ts;

	(void)arg;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static int grow(struct loop *l)
{
	size_t cap = l->cap ? l->cap * 2 : FIRST_CAPACITY;
	struct pollfd *fds = calloc(cap, sizeof(*fds));
	struct loop_fd **owners = calloc(cap, sizeof(*owners));

	if (!fds || !owners) {
		free(fds);
		free(owners);
		return ERR_NOMEM;
	}
	if (l->n) {
		memcpy(fds, l->fds, l->n * sizeof(*fds));
		memcpy(owners, l->owners, l->n * sizeof(struct loop_fd *));
	}
	free(l->fds);
	free(l->owners);
	fds[0].fd = -1;
	l->fds = fds;
	l->owners = owners;
	l->cap = cap;
	return 0;
}

int loop_new(struct loop **out, loop_clock *clock, void *arg)
{
	struct loop *l = calloc(1, sizeof(*l));

	*out = NULL;
	if (!l)
		return ERR_NOMEM;
	l->clock = clock ? clock : system_clock;
	l->clock_arg = arg;
	TAILQ_INIT(&l->timers);
	if (grow(l) < 0) {
		free(l);
		return ERR_NOMEM;
	}
	l->n = 1;
	*out = l;
	return 0;
}

void loop_free(struct loop *l)
{
	if (!l)
		return;
	free(l->fds);
	free(l->owners);
	free(l);
}

int64_t loop_now(const struct loop *l)
{
	return l->clock(l->clock_arg);
}

int64_t loop_wall(const struct loop *l)
{
	struct timespec ts;

	if (l->wall)
		return l->wall(l->wall_arg);
	clock_gettime(CLOCK_REALTIME, &ts);
	return ts.tv_sec;
}

void loop_set_wall(struct loop *l, loop_clock *wall, void *arg)
{
	l->wall = wall;
	l->wall_arg = arg;
}

int64_t loop_lived(const struct loop *l)
{
	if (l->lived)
		return l->lived(l->lived_arg);
	return l->clock == system_clock ? plat_lived_ms() : loop_now(l);
}

void loop_set_lived(struct loop *l, loop_clock *lived, void *arg)
{
	l->lived = lived;
	l->lived_arg = arg;
}

int loop_watch(struct loop *l, struct loop_fd *w, int fd, short events)
{
	int rc;

	loop_unwatch(l, w);
	if (l->n >= l->cap && (rc = grow(l)) != 0)
		return rc;
	w->fd = fd;
	w->slot = l->n++;
	l->owners[w->slot] = w;
	l->fds[w->slot] = (struct pollfd){.fd = fd, .events = events};
	return 0;
}

void loop_events(struct loop *l, struct loop_fd *w, short events)
{
	if (w->slot)
		l->fds[w->slot].events = events;
}

void loop_unwatch(struct loop *l, struct loop_fd *w)
{
	if (!w->slot)
		return;
	/* Keep the slot until the round is over: dispatch may be iterating over
	 * the array. */
	l->owners[w->slot] = NULL;
	l->fds[w->slot].fd = -1;
	l->holes = 1;
	w->slot = 0;
}

static void close_holes(struct loop *l)
{
	size_t i = 1;

	if (!l->holes)
		return;
	while (i < l->n) {
		if (l->owners[i]) {
			i++;
			continue;
		}
		l->n--;
		l->fds[i] = l->fds[l->n];
		l->owners[i] = l->owners[l->n];
		if (l->owners[i])
			l->owners[i]->slot = i;
	}
	l->holes = 0;
}

void loop_arm(struct loop *l, struct loop_timer *t, int64_t ms)
{
	struct loop_timer *before;

	loop_disarm(l, t);
	t->at = loop_now(l) + (ms > 0 ? ms : 0);
	t->serial = ++l->serial;
	/* Most new timers expire after the existing ones. */
	TAILQ_FOREACH_REVERSE(before, &l->timers, timer_list, entry)
	if (before->at <= t->at)
		break;
	if (before)
		TAILQ_INSERT_AFTER(&l->timers, before, t, entry);
	else
		TAILQ_INSERT_HEAD(&l->timers, t, entry);
}

void loop_disarm(struct loop *l, struct loop_timer *t)
{
	if (!t->serial)
		return;
	TAILQ_REMOVE(&l->timers, t, entry);
	t->serial = 0;
}

int loop_armed(const struct loop_timer *t)
{
	return t->serial != 0;
}

static int time_left(struct loop *l, int max_ms)
{
	struct loop_timer *t = TAILQ_FIRST(&l->timers);
	int64_t ms;

	if (!t)
		return max_ms;
	ms = t->at - loop_now(l);
	if (ms < 0)
		ms = 0;
	if (ms > INT_MAX)
		ms = INT_MAX;
	return max_ms >= 0 && max_ms < ms ? max_ms : (int)ms;
}

/* Timers armed meanwhile wait for the next round, so one that rearms itself
 * with 0 does not starve the descriptors. */
static void run_timers(struct loop *l)
{
	uint64_t newest = l->serial;
	int64_t now = loop_now(l);
	struct loop_timer *t;

	while ((t = TAILQ_FIRST(&l->timers)) && t->at <= now &&
	       t->serial <= newest) {
		loop_disarm(l, t);
		t->fn(t->arg);
	}
}

int loop_once(struct loop *l, int max_ms, struct err *e)
{
	size_t i, polled = l->n;
	int n;

	n = poll(l->fds, (nfds_t)polled, time_left(l, max_ms));
	if (n < 0 && errno != EINTR && errno != EAGAIN)
		return err_sys(e, "waiting for events");
	for (i = 1; n > 0 && i < polled; i++) {
		struct loop_fd *w = l->owners[i];
		short revents = l->fds[i].revents;

		if (!revents)
			continue;
		n--;
		if (w)
			w->fn(w->arg, revents);
	}
	run_timers(l);
	close_holes(l);
	return 0;
}

int loop_run(struct loop *l, struct err *e)
{
	int rc = 0;

	while (!l->stopped && rc == 0)
		rc = loop_once(l, -1, e);
	l->stopped = 0;
	return rc;
}

void loop_stop(struct loop *l)
{
	l->stopped = 1;
}
