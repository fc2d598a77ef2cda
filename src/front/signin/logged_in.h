#ifndef MAIRU_FRONT_SIGNIN_LOGGED_IN_H
#define MAIRU_FRONT_SIGNIN_LOGGED_IN_H

/*
 * The sessions that a running broker has; none is started to be asked.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/core/buf.h"
#include "base/core/err.h"

enum {
	LOGGED_IN_MAX = 256 /* as many as there may be servers */
};

struct logged_in_one {
	const char *id, *url;
	int64_t expires; /* 0: not known */
	int renews;
	int64_t ended; /* 0: it has not */
};

struct logged_in {
	struct logged_in_one at[LOGGED_IN_MAX];
	size_t count;
	struct buf body; /* where their texts stand */
};

/* 1 while it holds: it has not ended. */
int logged_in_holds(const struct logged_in_one *one);

/* 1 when it holds though its token has expired: the next use renews it. */
int logged_in_renews_late(const struct logged_in_one *one, int64_t now);

/* Appends "logged in until 14:05", or what there is in place of a time. */
void logged_in_tell(const struct logged_in_one *one, struct buf *out);

/* Without a broker there are none.  Release it whatever the result. */
int logged_in_ask(struct logged_in *l, struct err *e) MUST_CHECK;
void logged_in_release(struct logged_in *l);

/* That of a server which holds, by its id or as `server` in a config names it;
 * NULL when there is none. */
const struct logged_in_one *logged_in_find(
    const struct logged_in *l, const char *server);

/* The same for one that has ended. */
const struct logged_in_one *logged_in_find_ended(
    const struct logged_in *l, const char *server);

#endif
