#ifndef MAIRU_NET_RUNTIME_LOOP_H
#define MAIRU_NET_RUNTIME_LOOP_H

/*
 * The event loop: descriptors and one-shot timers; no wakeups while idle.
 *
 * A handler never blocks.  It may watch, unwatch, arm and disarm anything,
 * including its own watch; a removed watch is never called again, not even for
 * events that poll(2) already reported.  Due timers run after the descriptors
 * of the same round, so a timer armed with 0 in a descriptor's handler runs
 * after everything that had arrived was handled.
 *
 * The caller owns watches and timers, and must unwatch or disarm them before
 * freeing them.
 */

#include <poll.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "base/core/err.h"

struct loop;

/* Milliseconds of a monotonic clock. */
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

/* clock NULL: the system's monotonic clock. */
int loop_new(struct loop **l, loop_clock *clock, void *arg) MUST_CHECK;
void loop_free(struct loop *l);

int64_t loop_now(const struct loop *l);

/* Seconds of the wall clock, which may jump.  Expiry times use it. */
int64_t loop_wall(const struct loop *l);

/* Replaces the wall clock (in seconds); NULL: the system's. */
void loop_set_wall(struct loop *l, loop_clock *wall, void *arg);

/* Milliseconds of a monotonic clock that keeps running during suspend, unlike
 * loop_now() and all timers. */
int64_t loop_lived(const struct loop *l);

/* Replaces that clock; NULL: the system's, or the one given to loop_new(). */
void loop_set_lived(struct loop *l, loop_clock *lived, void *arg);

/* Calls w->fn whenever fd has one of these poll(2) events or an error.
 * ERR_NOMEM. */
int loop_watch(
    struct loop *l, struct loop_fd *w, int fd, short events) MUST_CHECK;

/* Changes the events to wait for; 0: errors only. */
void loop_events(struct loop *l, struct loop_fd *w, short events);

/* Safe on a zeroed or unwatched one.  Does not close the descriptor. */
void loop_unwatch(struct loop *l, struct loop_fd *w);

/* Calls t->fn once, in ms milliseconds; arming again reschedules it. */
void loop_arm(struct loop *l, struct loop_timer *t, int64_t ms);

/* Safe on a zeroed or disarmed one. */
void loop_disarm(struct loop *l, struct loop_timer *t);
int loop_armed(const struct loop_timer *t);

/* One round; waits at most max_ms (-1: forever). */
int loop_once(struct loop *l, int max_ms, struct err *e) MUST_CHECK;

/* Runs until loop_stop(); returns at once if that was called before. */
int loop_run(struct loop *l, struct err *e) MUST_CHECK;
void loop_stop(struct loop *l);

#endif
