#ifndef MAIRU_NET_HTTP_LOOPBACK_H
#define MAIRU_NET_HTTP_LOOPBACK_H

/*
 * Sockets that listen on loopback only, for our HTTP servers.
 */

#include <stdint.h>

#include "base/core/buf.h"
#include "base/core/err.h"

/* Listens on 127.0.0.1; port 0 lets the system choose.  The caller owns *fd; it
 * is non-blocking and close-on-exec, and made by the helper if there is one.
 * ERR_SYS with EADDRINUSE: the port is taken. */
int loopback_listen(uint16_t port, int *fd, struct err *e) MUST_CHECK;

/* The same on ::1.  ERR_SYS with EAFNOSUPPORT or EADDRNOTAVAIL: no IPv6
 * here. */
int loopback_listen_v6(uint16_t port, int *fd, struct err *e) MUST_CHECK;

enum {
	LOOPBACK_V4,
	LOOPBACK_V6,
	LOOPBACK_N,
};

/* The same for every address of `localhost`: 127.0.0.1, and ::1 at the same
 * port.  Without IPv6 fd[LOOPBACK_V6] is -1.  A port taken on either address
 * counts as taken. */
int loopback_listen_all(
    uint16_t port, int fd[LOOPBACK_N], struct err *e) MUST_CHECK;

/* Appends who has a port that is taken, as far as known: "another program"; or,
 * checking every address of `localhost` (all != 0), "a program of another user
 * (uid 1001) at ::1". */
void loopback_taken_by(struct buf *out, uint16_t port, int all);

#endif
