#ifndef MAIRU_BROKER_KEEPER_LEASE_H
#define MAIRU_BROKER_KEEPER_LEASE_H

/*
 * The endpoint's listening socket and the key that grants' tokens are made
 * from, held by this broker while it lives, and by mairu-keeper
 * (base/sys/keeper.h) for the next one.
 *
 *  - Both are taken from a running keeper.  If there is none, or it dies, both
 *    are given to a newly started one, created first if need be.
 *  - The keeper is the program beside this one, never one from PATH, and never
 *    one that others could have put there.
 *  - Without a keeper everything still works, and `mairu status` says so.
 *
 * Only one broker at a time does this: the holder of the lock in
 * broker/socket/rendezvous.h.
 */

#include "base/core/err.h"
#include "base/core/secret.h"
#include "base/sys/keeper.h"
#include "net/runtime/health.h"
#include "net/runtime/loop.h"

struct lease;
struct log;

/* Borrows its arguments.  sock_path is the broker's, and must stay valid.
 * Waits for a keeper that is busy with a broker just ending. */
int lease_new(struct lease **l, struct loop *loop, struct slab *slab,
    struct log *log, struct health *problems, const char *sock_path,
    struct err *e) MUST_CHECK;

/* From then on only the keeper has the socket. */
void lease_free(struct lease *l);

/* A descriptor of the listening socket, owned by the caller.  ERR_SYS. */
int lease_listener(struct lease *l, int *fd, struct err *e) MUST_CHECK;

/* KEEPER_KEY bytes, borrowed until lease_renew_key(). */
const unsigned char *lease_key(const struct lease *l);

/* Replaces the key: later brokers reject tokens made from the old one. */
void lease_renew_key(struct lease *l);

/* Reaps the keeper if it has ended; call on SIGCHLD. */
void lease_reap(struct lease *l);

#endif
