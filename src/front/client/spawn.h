#ifndef MAIRU_FRONT_CLIENT_SPAWN_H
#define MAIRU_FRONT_CLIENT_SPAWN_H

/*
 * Starts the broker: found next to this program or at the compiled-in path,
 * never through PATH, with a clean environment, detached from the terminal.
 */

#include <limits.h>
#include <stdint.h>

#include "base/core/err.h"

/* Stores the broker's real path in found (may be NULL): next to this program,
 * where it would be if the installed tree was moved as a whole, or where it was
 * installed.  ERR_NOT_FOUND names the places, ERR_REFUSED the first one that
 * others could have written to (base/sys/program_guard.h). */
int spawn_find(char found[PATH_MAX], struct err *e) MUST_CHECK;

/* Starts a broker for this socket and waits until it, or one that was faster,
 * listens.  ERR_TIMEOUT at the deadline (plat_ms()): it keeps starting. */
int spawn_broker(
    const char *socket_path, int64_t deadline, struct err *e) MUST_CHECK;

/* Executes a broker in the foreground; returns only on failure. */
int spawn_foreground(struct err *e) MUST_CHECK;

#endif
