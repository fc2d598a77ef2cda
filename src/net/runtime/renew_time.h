#ifndef MAIRU_NET_RUNTIME_RENEW_TIME_H
#define MAIRU_NET_RUNTIME_RENEW_TIME_H

/*
 * When what expires is to be renewed, and when it needs a look.
 *
 * The monotonic clock, and with it every timer, stands still while the machine
 * sleeps; expiry does not.  So a timer naps no longer than a minute while
 * something is in use, and no longer than an hour while it only waits for its
 * end.  Without anything that expires there is none.
 */

#include <stdint.h>

#include "net/runtime/loop.h"

enum {
	RENEW_TIME_IDLE =
	    3600 * 1000,	    /* ms without a use until none is renewed */
	RENEW_TIME_NAP_IN_USE = 60, /* seconds */
	RENEW_TIME_NAP_UNUSED = 3600,
};

/* A quarter of its life, at most 15 minutes, before its end. */
int64_t renew_time_renew_at(int64_t expires, int64_t life);

/* The wall clock minus the monotonic one, in ms: jumps show in it. */
struct renew_time_clocks {
	int64_t skew;
};

void renew_time_init(struct renew_time_clocks *c, const struct loop *l);

/* 1 when one of them has jumped since it was asked last: the machine slept, or
 * somebody has set the clock. */
int renew_time_jumped(struct renew_time_clocks *c, const struct loop *l);

#endif
