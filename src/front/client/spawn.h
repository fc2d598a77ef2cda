#ifndef MAIRU_FRONT_CLIENT_SPAWN_H
#define MAIRU_FRONT_CLIENT_SPAWN_H

/*
 * Starting the broker: found beside this program or at the compiled path and
 * never through PATH, with an environment that is built up, detached from the
 * terminal.
 */

#include <limits.h>
#include <stdint.h>

#include "base/core/err.h"

/* The broker's physical path, into found (may be NULL): beside this program,
 * where it would be if the installed tree was moved as a whole, or where it was
 * installed.  ERR_NOT_FOUND names the places, ERR_REFUSED the first one that
 * others could have filled (base/sys/program_guard.h). */
int spawn_find(char found[PATH_MAX], struct err *e) MUST_CHECK;

/* Starts a broker for this socket and waits until it, or one that was faster,
 * listens.  ERR_TIMEOUT at the deadline (plat_ms()): it goes on starting. */
int spawn_broker(
    const char *socket_path, int64_t deadline, struct err *e) MUST_CHECK;

/* Becomes a broker in the foreground; returns only on failure. */
int spawn_foreground(struct err *e) MUST_CHECK;

#endif
