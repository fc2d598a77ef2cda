#ifndef MAIRU_BROKER_LOOPBACK_H
#define MAIRU_BROKER_LOOPBACK_H

/*
 * A socket that listens on this machine's own address, and on no other: what
 * an HTTP server of ours is made from.
 */

#include <stdint.h>

#include "base/err.h"

/* Listens on 127.0.0.1; port 0 lets the system choose.  *fd is the caller's,
 * non-blocking and closed on exec, and made by the helper where there is one.
 * ERR_SYS with EADDRINUSE: the port is taken. */
int loopback_listen(uint16_t port, int *fd, struct err *e) MUST_CHECK;

#endif
