#ifndef MAIRU_NET_RUNTIME_LOOP_H
#define MAIRU_NET_RUNTIME_LOOP_H

/*
 * The one event loop: descriptors, one-shot timers, and nothing while idle.
 *
 * A handler never blocks.  It may watch, unwatch, arm and disarm anything,
 * its own watch and those of others included; a watch that is gone is not
 * called any more, not even for what poll(2) had already seen.  Timers that
 * are due run after the descriptors of the same round, so that a timer armed
 * with 0 in a descriptor's handler runs once everything that had arrived has
 * been looked at.
 *
 * Watches and timers are the caller's memory and must be unwatched and
 * disarmed before it goes away.
 */

#include <poll.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "base/core/err.h"

struct loop;

/* Milliseconds of a clock that never goes back. */
typedef int64_t loop_clock(void *arg);

struct loop_fd {
	int fd;
	void (*fn)(void *arg, short revents);
	void *arg;
	size_t slot; /* the loop's; 0 when not watched */
};

struct loop_timer {
	void (*fn)(void *arg);
	void *arg;
	/* the loop's: */
	int64_t at;
	uint64_t serial; /* 0 when not armed */
	TAILQ_ENTRY(loop_timer) entry;
};

/* clock NULL takes the system's monotonic clock. */
int loop_new(struct loop **l, loop_clock *clock, void *arg) MUST_CHECK;
void loop_free(struct loop *l);

int64_t loop_now(const struct loop *l);

/* Seconds of the wall clock, which may jump: what expiry is told in. */
int64_t loop_wall(const struct loop *l);

/* Takes another wall clock (in seconds); NULL is the system's. */
void loop_set_wall(struct loop *l, loop_clock *wall, void *arg);

/* Milliseconds of a clock that never goes back and, as loop_now() and with it
 * every timer do not, goes on while the machine sleeps. */
int64_t loop_lived(const struct loop *l);

/* Takes another such clock; NULL is the system's, or that of loop_new(). */
void loop_set_lived(struct loop *l, loop_clock *lived, void *arg);

/* Calls w->fn whenever fd has one of these poll(2) events (or an error).
 * ERR_NOMEM. */
int loop_watch(
    struct loop *l, struct loop_fd *w, int fd, short events) MUST_CHECK;

/* Waits for other events from now on; 0 leaves only errors. */
void loop_events(struct loop *l, struct loop_fd *w, short events);

/* Safe on a zeroed or unwatched one.  Does not close the descriptor. */
void loop_unwatch(struct loop *l, struct loop_fd *w);

/* Calls t->fn once, in ms milliseconds; arming again moves it. */
void loop_arm(struct loop *l, struct loop_timer *t, int64_t ms);

/* Safe on a zeroed or disarmed one. */
void loop_disarm(struct loop *l, struct loop_timer *t);
int loop_armed(const struct loop_timer *t);

/* One round; waits at most max_ms (-1: as long as it takes). */
int loop_once(struct loop *l, int max_ms, struct err *e) MUST_CHECK;

/* Rounds until loop_stop(); none if that was called before. */
int loop_run(struct loop *l, struct err *e) MUST_CHECK;
void loop_stop(struct loop *l);

#endif
