#ifndef MAIRU_FRONT_ROLE_ROLE_LIST_H
#define MAIRU_FRONT_ROLE_ROLE_LIST_H

/*
 * The roles of one server, part by part as the broker learns them.
 */

#include <stdint.h>

#include "base/core/err.h"
#include "front/client/client.h"

struct role_list {
	const char *server; /* id or URL; borrowed */
	int fresh;	    /* ignore what the broker remembers */
	int known; /* only a whole list it remembers: see WIRE_ROLES_KNOWN; the
		      deadline is the client's own */
	struct client *client;
	/* Out: */
	int more;	     /* there may be more parts */
	struct message part; /* the latest; borrowed from the client */
	/* its own: */
	int64_t cursor;
};

/* Requests the first part ahead of time, on a client used for nothing else; the
 * broker continues by itself for a minute.  The first role_list_next() then
 * takes the answer from that client, and it stays borrowed from there; if the
 * client was closed meanwhile, it asks again on its own. */
int role_list_ahead(
    const struct role_list *l, struct client *ahead, struct err *e) MUST_CHECK;

/* Gets the next part, which arrives within about a second and may be empty.
 * The client is open, and used for nothing else until the last part.  ahead:
 * NULL, or the client of role_list_ahead(), for the first part. */
int role_list_next(
    struct role_list *l, struct client *ahead, struct err *e) MUST_CHECK;

/* Calls fn for each role of the latest part, not sanitised ("" if there is
 * none); may be called again. */
void role_list_each(const struct role_list *l,
    void (*fn)(void *arg, const struct message *one), void *arg);

#endif
