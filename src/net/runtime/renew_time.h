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
	FRESH_IDLE = 3600 * 1000, /* ms without a use until none is renewed */
	FRESH_NAP_IN_USE = 60,	  /* seconds */
	FRESH_NAP_UNUSED = 3600,
};

/* A quarter of its life, at most 15 minutes, before its end. */
int64_t fresh_renew_at(int64_t expires, int64_t life);

/* The wall clock minus the monotonic one, in ms: jumps show in it. */
struct fresh_clocks {
	int64_t skew;
};

void fresh_init(struct fresh_clocks *c, const struct loop *l);

/* 1 when one of them has jumped since it was asked last: the machine slept, or
 * somebody has set the clock. */
int fresh_jumped(struct fresh_clocks *c, const struct loop *l);

#endif
