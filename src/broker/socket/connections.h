#ifndef MAIRU_BROKER_SOCKET_CONNECTIONS_H
#define MAIRU_BROKER_SOCKET_CONNECTIONS_H

/*
 * The clients of the socket: who may connect, how much they may send, and for
 * how long.
 *
 *  - A peer of another uid MUST be refused before a byte of it is read.
 *  - No client, however slow, silent or damaged, MUST keep another waiting.
 *
 * What requests mean is the handler's business.
 */

#include <stddef.h>
#include <sys/types.h>

#include "base/core/buf.h"
#include "base/core/err.h"
#include "base/core/wire.h"
#include "net/runtime/loop.h"

struct log;
struct connections;
struct connections_client;

enum connections_then {
	CONNECTIONS_GO_ON,
	CONNECTIONS_CLOSE, /* once the answer is sent */
	CONNECTIONS_QUIT,  /* stop the broker, once the answer is sent */
	CONNECTIONS_LATER, /* no answer yet: see connections_answer() */
};

struct connections_handler {
	/* Appends one whole frame to answer, or nothing and returns
	 * CONNECTIONS_LATER.  `spare` is set when all slots are taken: then
	 * serve only what must always be served, and never later. */
	enum connections_then (*request)(void *arg,
	    struct connections_client *c, const struct wire_frame *f, int spare,
	    struct buf *answer);
	/* A client is gone that waited for an answer, or that has data set. */
	void (*gone)(void *arg, struct connections_client *c);
	/* Appends the WIRE_ERROR for a frame that could not be read. */
	void (*refuse)(void *arg, const struct err *why, struct buf *answer);
	void (*quit)(void *arg);
	void *arg;
};

/* Serves the listening socket, which the caller still owns. */
int connections_new(struct connections **s, struct loop *loop, struct log *log,
    int listener, const struct connections_handler *h,
    struct err *e) MUST_CHECK;

/* Sends a deferred answer: one whole frame, taken over and wiped.  From then on
 * the client is served as usual; it may be gone when this returns.  Not from
 * within the call that returns CONNECTIONS_LATER. */
void connections_answer(struct connections_client *c, struct buf *take_frame);

/* The handler's data for a client; NULL initially, and after a deferred
 * answer. */
void connections_set(struct connections_client *c, void *data);
void *connections_get(const struct connections_client *c);

/* The peer process at the time it connected; 0 if the system does not say. */
pid_t connections_pid(const struct connections_client *c);

/* Serves a connected socket as if it had been accepted; takes fd. */
void connections_adopt(struct connections *s, int fd);

size_t connections_clients(const struct connections *s);

/* Stops using the listening socket, which may then be closed; clients stay. */
void connections_stop_accepting(struct connections *s);

/* Drops all clients. */
void connections_free(struct connections *s);

#endif
