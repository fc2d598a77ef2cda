#ifndef MAIRU_FRONT_ROLE_ROLE_LIST_H
#define MAIRU_FRONT_ROLE_ROLE_LIST_H

/*
 * The roles of one server, as the broker gets to know them, part by part.
 */

#include <stdint.h>

#include "base/core/err.h"
#include "front/client/client.h"

struct role_list {
	const char *server; /* id or URL; borrowed */
	int fresh;	    /* nothing that the broker remembers */
	int known;	    /* only what it remembers of a whole list: see
			       WIRE_ROLES_KNOWN; the deadline is the client's own */
	struct client *client;
	/* Out: */
	int more;	     /* there may be another part */
	struct message part; /* the last one; borrowed from the client */
	/* its own: */
	int64_t cursor;
};

/* Asks for the first part ahead, on a client that nothing else is asked on; the
 * broker goes on by itself for a minute.  Then the first role_list_next() takes
 * the answer from there, which stays borrowed from it; if that client has been
 * let go meanwhile, it asks anew on its own. */
int role_list_ahead(
    const struct role_list *l, struct client *ahead, struct err *e) MUST_CHECK;

/* Asks for the next part, which comes within a second or so and may be empty.
 * The client is open, and used for nothing else until the last part.  ahead:
 * NULL, or that of role_list_ahead(), for the first part. */
int role_list_next(
    struct role_list *l, struct client *ahead, struct err *e) MUST_CHECK;

/* Calls fn for each role of the last part, which is not sanitised ("" where
 * there is none); may be called again. */
void role_list_each(const struct role_list *l,
    void (*fn)(void *arg, const struct message *one), void *arg);

#endif
