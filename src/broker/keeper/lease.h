#ifndef MAIRU_BROKER_KEEPER_LEASE_H
#define MAIRU_BROKER_KEEPER_LEASE_H

/*
 * The endpoint's listening socket, and the key from which grants' tokens are
 * made: held by this broker while it lives, and by mairu-keeper
 * (base/sys/keeper.h) for the next.
 *
 *  - What a keeper has is taken from it.  Where there is none, both are made
 *    and given to one that is started; so they are when it dies.
 *  - The keeper is the program beside this one, never one of PATH, and none
 *    that others could have put there.
 *  - Without a keeper everything goes on, and `mairu status` says so.
 *
 * One broker at a time does this: who has the lock of
 * broker/socket/rendezvous.h.
 */

#include "base/core/err.h"
#include "base/core/secret.h"
#include "base/sys/keeper.h"
#include "net/runtime/health.h"
#include "net/runtime/loop.h"

struct lease;
struct log;

/* What it is given is borrowed.  sock_path is the broker's, and stays where it
 * is.  A keeper that is busy with a broker which just ends is waited for. */
int lease_new(struct lease **l, struct loop *loop, struct slab *slab,
    struct log *log, struct health *problems, const char *sock_path,
    struct err *e) MUST_CHECK;

/* The keeper has the socket from then on. */
void lease_free(struct lease *l);

/* A descriptor of the listening socket, which is the caller's.  ERR_SYS. */
int lease_listener(struct lease *l, int *fd, struct err *e) MUST_CHECK;

/* KEEPER_KEY bytes, borrowed until lease_renew_key(). */
const unsigned char *lease_key(const struct lease *l);

/* Makes another key: tokens that were made from the old one are worth nothing
 * to a later broker. */
void lease_renew_key(struct lease *l);

/* A child of the process has ended: collects the keeper if it was that. */
void lease_reap(struct lease *l);

#endif
