#ifndef MAIRU_BROKER_SERVERS_REACH_H
#define MAIRU_BROKER_SERVERS_REACH_H

/*
 * Tests whether a server's hosts can be reached: sends each a HEAD for its
 * root, in parallel; any response counts.  If people log in to the server by a
 * browser, its metadata is fetched too.  No token is sent, nor anything from
 * the configuration except the metadata's location.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/core/err.h"
#include "base/core/url.h"
#include "broker/servers/catalog.h"
#include "broker/servers/upstream.h"

enum {
	REACH_HOSTS = 4, /* per server */
};

struct reach_host {
	char url[URL_MAX + 1]; /* scheme, host, and port where it has one */
	unsigned status;       /* of its response; 0: none */
	int64_t ahead;	       /* its clock, in seconds; INT64_MIN: unknown */
	struct err why;	       /* code 0: it was reached */
	/* The server says that it names itself in each answer to a login (RFC
	 * 9207); of the first host alone. */
	int names_itself;
};

struct reach;

/* Called once, from the loop, after reach_start() returns; arguments are
 * borrowed for the call, and the test is then over. */
typedef void reach_done(void *arg, const struct reach_host *at, size_t n);

/* Tests the server's hosts, and that of STS if the chain (base/config/chain.h)
 * has hops.  A host that has not responded after wait_ms counts as not
 * reached. */
int reach_start(const struct upstream *up, const struct catalog_entry *server,
    const char *chain, int64_t wait_ms, reach_done *done, void *arg,
    struct reach **r, struct err *e) MUST_CHECK;

/* done is no longer called; safe on NULL. */
void reach_cancel(struct reach *r);

#endif
