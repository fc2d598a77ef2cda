#ifndef MAIRU_BROKER_KEEPER_START_H
#define MAIRU_BROKER_KEEPER_START_H

/*
 * Starts a keeper for a broker that may not do that itself any more: a child of
 * the helper, which becomes the keeper.
 *
 *  - It MUST NOT learn the key, nor get the listener: the broker gives both to
 *    the keeper that it has become.
 *  - What it executes MUST NOT be said by the broker, which could have any
 *    program started otherwise.
 */

#include <limits.h>

#include "base/core/err.h"
#include "base/sys/sock.h"

/* The keeper's program: the one beside this one, and none that others could
 * have put there. */
int keep_child_program(char program[PATH_MAX], struct err *e) MUST_CHECK;

/* Reads the path of the broker's socket, with its NUL; answers with the sockets
 * by which the keeper will be found, in a KEEPER_GIVE; and becomes the keeper,
 * as a process of its own.  Returns the exit status of what is left of it
 * here. */
int keep_child_run(int fd);

#endif
