#ifndef MAIRU_NET_HTTP_LOOPBACK_H
#define MAIRU_NET_HTTP_LOOPBACK_H

/*
 * A socket that listens on this machine's own address, and on no other: what
 * an HTTP server of ours is made from.
 */

#include <stdint.h>

#include "base/core/buf.h"
#include "base/core/err.h"

/* Listens on 127.0.0.1; port 0 lets the system choose.  *fd is the caller's,
 * non-blocking and closed on exec, and made by the helper where there is one.
 * ERR_SYS with EADDRINUSE: the port is taken. */
int loopback_listen(uint16_t port, int *fd, struct err *e) MUST_CHECK;

/* The same on ::1.  ERR_SYS with EAFNOSUPPORT or EADDRNOTAVAIL: there is no
 * IPv6 here. */
int loopback_listen_v6(uint16_t port, int *fd, struct err *e) MUST_CHECK;

enum {
	LOOPBACK_V4,
	LOOPBACK_V6,
	LOOPBACK_N,
};

/* The same for all that `localhost` leads to: 127.0.0.1, and ::1 at the same
 * port.  A machine without IPv6 has the first alone, and fd[LOOPBACK_V6] is
 * -1.  A port of which one is taken is taken. */
int loopback_listen_all(
    uint16_t port, int fd[LOOPBACK_N], struct err *e) MUST_CHECK;

/* Appends who has a port that is taken, as far as it can be told: "another
 * program"; or, at one of all that `localhost` leads to (all != 0), "a program
 * of another user (uid 1001) at ::1". */
void loopback_taken_by(struct buf *out, uint16_t port, int all);

#endif
