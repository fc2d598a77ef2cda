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

/* Starts a request with what every request holds. */
size_t client_begin(struct buf *request, enum wire_type type);

/* Sends a finished request, which gets the shell's place, and waits for its
 * answer, which is borrowed until the next call.  The broker's own error
 * arrives as its code and message. ERR_FOREIGN: another program, or another
 * version; ERR_TIMEOUT names the pid: the deadline has passed, or nobody else
 * gets an answer of the broker either. ERR_SYS with EINTR: `wake` could be
 * read. */
int client_call(struct client *c, struct buf *request,
    struct wire_frame *answer, struct err *e) MUST_CHECK;

/* The first half of it, which does not wait for the answer. */
int client_send(
    struct client *c, struct buf *request, struct err *e) MUST_CHECK;

/* The second half.  Also after client_call() with two requests in one: waits
 * for the second answer, and the first is no longer borrowed. */
int client_next(
    struct client *c, struct wire_frame *answer, struct err *e) MUST_CHECK;

/* 1 when the last call got an answer, be it the broker's error. */
int client_answered(const struct client *c);

/* 1 when the call that failed found the broker gone. */
int client_hung_up(const struct client *c, const struct err *e);

/* Fills e: this answer is none to that request.  Returns ERR_FORMAT. */
int client_nonsense(struct err *e);

/* client_open() and client_call() at once, for the one thing to ask.  Call
 * client_close() afterwards, whatever the result. */
int client_ask(struct client *c, enum client_start start, int64_t deadline,
    struct buf *request, struct wire_frame *answer, struct err *e) MUST_CHECK;

/* The same for what changes something for a broker that runs, within two
 * seconds, and has no answer: no broker need not be told.  Closes by itself. */
int client_tell(struct buf *request, struct err *e) MUST_CHECK;

void client_close(struct client *c);

#endif
