#ifndef MAIRU_BROKER_SERVERS_REACH_H
#define MAIRU_BROKER_SERVERS_REACH_H

/*
 * Whether the hosts of a server can be reached: each is asked for the head of
 * its first page, at the same time, and any answer will do.  A server that
 * people log in to by a browser is asked for what it says of itself, too.  No
 * token goes there, and nothing of what is configured but where that lies.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/core/err.h"
#include "base/core/url.h"
#include "broker/servers/catalog.h"
#include "broker/servers/upstream.h"

enum {
	REACH_HOSTS = 4, /* of one server */
};

struct reach_host {
	char url[URL_MAX + 1]; /* scheme, host, and port where it has one */
	unsigned status;       /* of its answer; 0: there was none */
	int64_t ahead;	       /* its clock, in seconds; INT64_MIN: unknown */
	struct err why;	       /* code 0: it was reached */
	/* The server says that it names itself in each answer to a login (RFC
	 * 9207); of the first host alone. */
	int names_itself;
};

struct reach;

/* Called once, from the loop and not before reach_start() returns; borrowed
 * for the call, and then it is over. */
typedef void reach_done(void *arg, const struct reach_host *at, size_t n);

/* The hosts that this server has, and that of STS when the chain
 * (base/config/chain.h) has hops.  What has not answered after wait_ms is not
 * reached. */
int reach_start(const struct upstream *up, const struct catalog_entry *server,
    const char *chain, int64_t wait_ms, reach_done *done, void *arg,
    struct reach **r, struct err *e) MUST_CHECK;

/* done is not called any more; safe on NULL. */
void reach_cancel(struct reach *r);

#endif
