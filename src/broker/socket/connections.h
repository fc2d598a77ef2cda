#ifndef MAIRU_BROKER_SOCKET_CONNECTIONS_H
#define MAIRU_BROKER_SOCKET_CONNECTIONS_H

/*
 * The clients of the socket: who may speak, how much, and for how long.
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
	CONNECTIONS_CLOSE, /* once the answer is out */
	CONNECTIONS_QUIT,  /* the broker, once the answer is out */
	CONNECTIONS_LATER, /* there is none yet: see connections_answer() */
};

struct connections_handler {
	/* Appends one whole frame to answer, or nothing and says
	 * CONNECTIONS_LATER.  A full house sets `spare`: then only what must
	 * always be served is, and nothing later. */
	enum connections_then (*request)(void *arg,
	    struct connections_client *c, const struct wire_frame *f, int spare,
	    struct buf *answer);
	/* A client that waits for an answer, or for which there is something
	 * to remember, is gone. */
	void (*gone)(void *arg, struct connections_client *c);
	/* Appends the WIRE_ERROR for a frame that could not be read. */
	void (*refuse)(void *arg, const struct err *why, struct buf *answer);
	void (*quit)(void *arg);
	void *arg;
};

/* Serves the listening socket, which stays the caller's. */
int connections_new(struct connections **s, struct loop *loop, struct log *log,
    int listener, const struct connections_handler *h,
    struct err *e) MUST_CHECK;

/* Gives the answer that was put off: one whole frame, taken over and wiped.
 * From then on the client is served as any other; it may be gone when this
 * returns.  Not from within the call that says CONNECTIONS_LATER. */
void connections_answer(struct connections_client *c, struct buf *take_frame);

/* Room for the handler to remember something of a client; NULL at first, and
 * after an answer that was put off. */
void connections_set(struct connections_client *c, void *data);
void *connections_get(const struct connections_client *c);

/* The process at the other end when it connected; 0 where the system does not
 * tell. */
pid_t connections_pid(const struct connections_client *c);

/* Serves a connected socket as if it had been accepted; takes fd. */
void connections_adopt(struct connections *s, int fd);

size_t connections_clients(const struct connections *s);

/* Forgets the listening socket, which may then be closed; the clients stay. */
void connections_stop_accepting(struct connections *s);

/* Drops all clients. */
void connections_free(struct connections *s);

#endif
