#ifndef MAIRU_FRONT_CLIENT_CLIENT_H
#define MAIRU_FRONT_CLIENT_CLIENT_H

/*
 * The connection to the broker: found by its socket, started if absent, one
 * request at a time, never waiting past a deadline.
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
	pid_t pid;		  /* 0 if the system does not tell */
	int64_t deadline;	  /* for everything, in plat_ms() */
	int wake;		  /* -1, or a call ends once it is readable */
	char path[SOCK_PATH_MAX]; /* "" if there is no place for one */
	struct place place;	  /* this shell's directories */
	struct buf in;
	size_t taken; /* bytes of `in` used by the last answer */
};

enum client_start {
	CLIENT_EXISTING,
	CLIENT_SPAWN
};

/* Connects; sets wake to -1.  ERR_NOT_FOUND if no broker runs and none was to
 * be started (or MAIRU_NO_AUTO_AGENT is set). */
int client_open(struct client *c, enum client_start start, int64_t deadline,
    struct err *e) MUST_CHECK;

/* Sends a request with the version and this shell's place, and waits for its
 * answer, borrowed until the next call; NULL: ignore its contents.  The
 * broker's own error arrives as its code and message.  ERR_FORMAT: the answer
 * does not match the request.  ERR_FOREIGN: another program, or another
 * version.  ERR_TIMEOUT names the pid: the deadline has passed, or the broker
 * answers nobody else either.  ERR_SYS with EINTR: `wake` became readable. */
int client_call(struct client *c, const struct message *request,
    struct message *answer, struct err *e) MUST_CHECK;

/* The first half of that, without waiting: sends `n` requests at once. */
int client_send(struct client *c, const struct message *requests, size_t n,
    struct err *e) MUST_CHECK;

/* The second half: the next answer, in order; the previous one is no longer
 * borrowed. */
int client_next(struct client *c, enum wire_type to, struct message *answer,
    struct err *e) MUST_CHECK;

/* 1 if the last call got an answer, even an error from the broker. */
int client_answered(const struct client *c);

/* 1 if the call failed because the broker is gone. */
int client_hung_up(const struct client *c, const struct err *e);

/* Fills e: the answer does not match the request.  Returns ERR_FORMAT. */
int client_nonsense(struct err *e);

/* client_open() and client_call() in one, for a single request.  Call
 * client_close() afterwards, whatever the result, once the answer is no longer
 * needed. */
int client_ask(struct client *c, enum client_start start, int64_t deadline,
    const struct message *request, struct message *answer,
    struct err *e) MUST_CHECK;

/* The same for a change to a running broker that has no answer, within two
 * seconds: if none runs, there is nothing to tell.  Closes the connection. */
int client_tell(const struct message *request, struct err *e) MUST_CHECK;

void client_close(struct client *c);

#endif
