#ifndef MAIRU_FRONT_CLIENT_CLIENT_H
#define MAIRU_FRONT_CLIENT_CLIENT_H

/*
 * The way to the broker: found by its socket, started when it is not there,
 * asked one thing after another, and never waited for past a deadline.
 */

#include <stdint.h>
#include <sys/types.h>

#include "base/core/buf.h"
#include "base/core/err.h"
#include "base/core/wire.h"
#include "base/protocol/message.h"
#include "base/sys/sock.h"

struct client {
	int fd;
	pid_t pid;	  /* 0 when the system does not tell */
	int64_t deadline; /* plat_ms() by which all of it is over */
	int wake;	  /* -1, or: a call ends when this can be read */
	char path[SOCK_PATH_MAX]; /* "" when there is no place for one */
	struct place place;	  /* where this shell's directories are */
	struct buf in;
	size_t taken; /* bytes of `in` that the last answer used */
};

enum client_start {
	CLIENT_EXISTING,
	CLIENT_SPAWN
};

/* Connects; sets wake to -1.  ERR_NOT_FOUND when no broker runs and none was
 * to be started (or MAIRU_NO_AUTO_AGENT is set). */
int client_open(struct client *c, enum client_start start, int64_t deadline,
    struct err *e) MUST_CHECK;

/* Sends a request with the version and the place of this shell, and waits for
 * its answer, which is borrowed until the next call; NULL: what it says does
 * not matter.  The broker's own error arrives as its code and message.
 * ERR_FORMAT: the answer is none to that request.  ERR_FOREIGN: another
 * program, or another version; ERR_TIMEOUT names the pid: the deadline has
 * passed, or nobody else gets an answer of the broker either.  ERR_SYS with
 * EINTR: `wake` could be read. */
int client_call(struct client *c, const struct message *request,
    struct message *answer, struct err *e) MUST_CHECK;

/* The first half of it, which does not wait for the answer, for `n` requests
 * at once. */
int client_send(struct client *c, const struct message *requests, size_t n,
    struct err *e) MUST_CHECK;

/* The second half, for each of them in turn; the answer before is no longer
 * borrowed. */
int client_next(struct client *c, enum wire_type to, struct message *answer,
    struct err *e) MUST_CHECK;

/* 1 when the last call got an answer, be it the broker's error. */
int client_answered(const struct client *c);

/* 1 when the call that failed found the broker gone. */
int client_hung_up(const struct client *c, const struct err *e);

/* Fills e: this answer is none to that request.  Returns ERR_FORMAT. */
int client_nonsense(struct err *e);

/* client_open() and client_call() at once, for the one thing to ask.  Call
 * client_close() afterwards, whatever the result, when the answer is no longer
 * needed. */
int client_ask(struct client *c, enum client_start start, int64_t deadline,
    const struct message *request, struct message *answer,
    struct err *e) MUST_CHECK;

/* The same for what changes something for a broker that runs, within two
 * seconds, and has no answer: no broker need not be told.  Closes by itself. */
int client_tell(const struct message *request, struct err *e) MUST_CHECK;

void client_close(struct client *c);

#endif
