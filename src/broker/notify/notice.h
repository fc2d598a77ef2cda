#ifndef MAIRU_BROKER_NOTIFY_NOTICE_H
#define MAIRU_BROKER_NOTIFY_NOTICE_H

/*
 * That a login is needed for what is in use: at which servers, since when, and
 * the line that says so on the terminals of those who use it.
 *
 *  - A terminal is told at most once in a quarter of an hour for each server;
 *    a login begins that anew.
 *  - Where it can't be told now (terminal.h) it is tried again for a quarter
 *    of an hour, as long as the login is needed: a pager ends.
 *  - A line goes out in the next round of the loop, not at once: a logout
 *    that ended the session takes the notice back before.
 */

#include <stdint.h>

#include "base/core/err.h"
#include "base/core/hash.h"
#include "net/runtime/loop.h"

enum {
	NOTICE_MAX = 256,	/* servers; as many as may have a session */
	NOTICE_TERMINALS = 32,	/* of one server */
	NOTICE_QUIET = 15 * 60, /* s between two lines, or until given up */
	NOTICE_AGAIN = 15,	/* s until a busy terminal is tried again */
};

struct log;
struct notices;

int notices_new(struct notices **n, struct loop *loop, struct log *log,
    struct err *e) MUST_CHECK;
void notices_free(struct notices *n);

/* Calls fn when there is a new notice, and when one is over. */
void notices_watch(struct notices *n, void (*fn)(void *arg), void *arg);

/* A login is needed at the server of that identity (broker/servers/catalog.h)
 * and id.  That what is needed already, or too much to be remembered, changes
 * nothing. */
void notice_raise(struct notices *n, const unsigned char identity[HASH_SHA256],
    const char *id);

/* Has a terminal told that the role needs it; nothing without a notice. */
void notice_tell(struct notices *n, const unsigned char identity[HASH_SHA256],
    const char *role, const char *terminal);

/* 1 when it is worth the trouble to look for the terminal of somebody who needs
 * it: less and less often while the notice stands. */
int notice_may_seek(
    struct notices *n, const unsigned char identity[HASH_SHA256]);

/* It is needed no more; NULL: nowhere. */
void notice_over(struct notices *n, const unsigned char *identity);

/* Since when it is needed, in seconds since 1970; 0: it is not. */
int64_t notice_since(
    const struct notices *n, const unsigned char identity[HASH_SHA256]);

/* The ids of the servers in the order in which they came, i from 0; NULL ends.
 * Borrowed until the notice is over. */
const char *notice_at(const struct notices *n, size_t i);

#endif
