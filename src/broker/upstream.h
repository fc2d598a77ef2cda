#ifndef MAIRU_BROKER_UPSTREAM_H
#define MAIRU_BROKER_UPSTREAM_H

/*
 * What whoever talks to servers stands on: roles and logins.
 */

#include "base/err.h"
#include "base/slab.h"
#include "broker/loop.h"

struct log;

struct upstream {
	struct loop *loop; /* these three are not its own */
	struct log *log;
	struct slab *slab;
	struct http *http;
	struct catalog *catalog;
	struct sessions *sessions;
};

/* upstream_close() is right also after a failure, and on a zeroed one. */
int upstream_open(struct upstream *up, struct loop *loop, struct log *log,
    struct slab *slab, struct err *e) MUST_CHECK;
void upstream_close(struct upstream *up);

#endif
