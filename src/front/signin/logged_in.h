#ifndef MAIRU_FRONT_SIGNIN_LOGGED_IN_H
#define MAIRU_FRONT_SIGNIN_LOGGED_IN_H

/*
 * The sessions of a running broker; never starts one.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/core/buf.h"
#include "base/core/err.h"

enum {
	LOGGED_IN_MAX = 256 /* the limit on servers */
};

struct logged_in_one {
	const char *id, *url;
	int64_t expires; /* 0: unknown */
	int renews;
	int64_t ended; /* 0: still valid */
};

struct logged_in {
	struct logged_in_one at[LOGGED_IN_MAX];
	size_t count;
	struct buf body; /* storage of their strings */
};

/* 1 if it is valid: it has not ended. */
int logged_in_holds(const struct logged_in_one *one);

/* 1 if it is valid although its token has expired: the next use renews it. */
int logged_in_renews_late(const struct logged_in_one *one, int64_t now);

/* Appends "logged in until 14:05", or the equivalent without a time. */
void logged_in_tell(const struct logged_in_one *one, struct buf *out);

/* Without a broker there are no sessions.  Release *l whatever the result. */
int logged_in_ask(struct logged_in *l, struct err *e) MUST_CHECK;
void logged_in_release(struct logged_in *l);

/* Finds the valid session of a server, by its id or as named by `server` in a
 * config; NULL if none. */
const struct logged_in_one *logged_in_find(
    const struct logged_in *l, const char *server);

/* The same for a session that has ended. */
const struct logged_in_one *logged_in_find_ended(
    const struct logged_in *l, const char *server);

#endif
