#ifndef MAIRU_NET_RUNTIME_RENEW_TIME_H
#define MAIRU_NET_RUNTIME_RENEW_TIME_H

/*
 * When to renew something that expires, and when to check on it.
 *
 * The monotonic clock, and with it every timer, stops during suspend; expiry
 * does not.  So timers run for at most a minute while something is in use, and
 * at most an hour while it only waits to expire.  Without anything that expires
 * there is no timer.
 */

#include <stdint.h>

#include "net/runtime/loop.h"

enum {
	RENEW_TIME_IDLE =
	    3600 * 1000,	    /* ms without a use until renewal stops */
	RENEW_TIME_NAP_IN_USE = 60, /* seconds */
	RENEW_TIME_NAP_UNUSED = 3600,
};

/* A quarter of its life, at most 15 minutes, before it expires. */
int64_t renew_time_renew_at(int64_t expires, int64_t life);

/* The wall clock minus the monotonic one, in ms; changes when one jumps. */
struct renew_time_clocks {
	int64_t skew;
};

void renew_time_init(struct renew_time_clocks *c, const struct loop *l);

/* 1 if a clock has jumped since the last call: the machine slept, or the clock
 * was set. */
int renew_time_jumped(struct renew_time_clocks *c, const struct loop *l);

#endif
