#ifndef MAIRU_BROKER_SOCKET_RENDEZVOUS_H
#define MAIRU_BROKER_SOCKET_RENDEZVOUS_H

/*
 * The Unix socket where fronts meet the user's only broker.
 *
 *  - Its directory MUST be ours and inaccessible to others, or we do not start.
 *  - Whoever holds the lock file beside the socket is the broker; only the
 *    holder binds, replaces or removes the socket.  It writes its pid there,
 *    which is valid while the lock is held.  The lock file stays when the
 *    broker exits: removing it would let two brokers hold two locks.
 *  - The socket appears by rename(2), already listening, so that no front is
 *    ever refused a connection.
 *  - When the socket is gone or replaced, nobody can reach us to have the
 *    secrets wiped: then we exit by ourselves.
 */

#include "base/core/err.h"
#include "base/sys/sock.h"
#include "net/runtime/loop.h"

struct rendezvous;

/* Takes the lock, waiting at most wait_ms for a broker that is starting or
 * stopping.  1: *r is ours to open.  0: another broker answers at path, *r is
 * NULL. */
int rendezvous_take(struct rendezvous **r, const char *path, int wait_ms,
    struct err *e) MUST_CHECK;

/* Makes the listening socket (*fd, borrowed) appear.  Leaves the working
 * directory at the root. */
int rendezvous_open(struct rendezvous *r, int *fd, struct err *e) MUST_CHECK;

/* Calls lost(arg) from the loop once the socket at path is no longer ours.  An
 * error means that this is only polled every few seconds. */
int rendezvous_watch(struct rendezvous *r, struct loop *loop,
    void (*lost)(void *arg), void *arg, struct err *e) MUST_CHECK;

const char *rendezvous_path(const struct rendezvous *r);

/* Its directory. */
const char *rendezvous_dir(const struct rendezvous *r);

/* Changes the socket's stamp (its ctime, in effect a counter from an arbitrary
 * start), so that shells with a token ask again at their next prompt. */
void rendezvous_touch(struct rendezvous *r);

/* Removes the socket if it is still ours and stops listening.  The lock is
 * held until rendezvous_free(). */
void rendezvous_close(struct rendezvous *r);
void rendezvous_free(struct rendezvous *r);

#endif
