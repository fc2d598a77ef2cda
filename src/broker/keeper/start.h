#ifndef MAIRU_BROKER_KEEPER_START_H
#define MAIRU_BROKER_KEEPER_START_H

/*
 * Starts a keeper for a broker that may no longer do so itself: a child of the
 * helper becomes the keeper.
 *
 *  - The child MUST NOT learn the key or get the listener: the broker gives
 *    both to the keeper that it becomes.
 *  - The broker MUST NOT choose what it executes, or it could have any program
 *    started.
 */

#include <limits.h>

#include "base/core/err.h"
#include "base/sys/sock.h"

/* The keeper's program: the one beside this one, refused if others could have
 * put it there. */
int keep_child_program(char program[PATH_MAX], struct err *e) MUST_CHECK;

/* Reads the path of the broker's socket, with its NUL; answers with the sockets
 * by which the keeper will be found, in a KEEPER_GIVE; and becomes the keeper,
 * as a separate process.  Returns the exit status of what remains here. */
int keep_child_run(int fd);

#endif
