#ifndef MAIRU_BROKER_NOTIFY_NOTICE_H
#define MAIRU_BROKER_NOTIFY_NOTICE_H

/*
 * Notices that a login is needed: at which servers, since when, and the line
 * that says so on the terminals of affected programs.
 *
 *  - A terminal gets at most one line per server in a quarter of an hour; a
 *    login resets this.
 *  - If a terminal is busy (terminal.h), we retry for a quarter of an hour
 *    while the login is needed: a pager ends at some point.
 *  - A line goes out in the next round of the loop, so that a logout that ended
 *    the session can cancel the notice first.
 */

#include <stdint.h>

#include "base/core/err.h"
#include "base/core/hash.h"
#include "net/runtime/loop.h"

enum {
	NOTICE_MAX = 256,	/* servers; same as the limit on sessions */
	NOTICE_TERMINALS = 32,	/* per server */
	NOTICE_QUIET = 15 * 60, /* s between two lines, or until giving up */
	NOTICE_AGAIN = 15,	/* s between tries at a busy terminal */
};

struct log;
struct notices;

int notices_new(struct notices **n, struct loop *loop, struct log *log,
    struct err *e) MUST_CHECK;
void notices_free(struct notices *n);

/* Calls fn when a notice is raised, and when one ends. */
void notices_watch(struct notices *n, void (*fn)(void *arg), void *arg);

/* A login is needed at the server of that identity (broker/servers/catalog.h)
 * and id.  No effect if already raised, or if the table is full. */
void notice_raise(struct notices *n, const unsigned char identity[HASH_SHA256],
    const char *id);

/* Tells a terminal that the role needs it; no effect without a notice. */
void notice_tell(struct notices *n, const unsigned char identity[HASH_SHA256],
    const char *role, const char *terminal);

/* 1 if it is worth searching for the terminal of a program that needs it: less
 * and less often while the notice lasts. */
int notice_may_seek(
    struct notices *n, const unsigned char identity[HASH_SHA256]);

/* Ends the notice; NULL: all of them. */
void notice_over(struct notices *n, const unsigned char *identity);

/* Since when it has been needed, in seconds since 1970; 0: it is not. */
int64_t notice_since(
    const struct notices *n, const unsigned char identity[HASH_SHA256]);

/* The server ids in order of arrival, i from 0, until NULL.  Borrowed until the
 * notice ends. */
const char *notice_at(const struct notices *n, size_t i);

#endif
