#ifndef MAIRU_BROKER_KEEP_CHILD_H
#define MAIRU_BROKER_KEEP_CHILD_H

/*
 * Starts a keeper for a broker that may not do that itself any more: a child of
 * the helper, which becomes the keeper.
 *
 *  - It MUST NOT learn the key, nor get the listener: the broker gives both to
 *    the keeper that it has become.
 */

#include <limits.h>

#include "base/sock.h"

enum {
	KEEP_CHILD_ASK = SOCK_PATH_MAX + PATH_MAX, /* a whole message */
};

/* Reads the path of the broker's socket and that of the keeper's program, each
 * with its NUL; answers with the sockets by which the keeper will be found, in
 * a KEEPER_GIVE; and becomes the keeper, as a process of its own.  Returns the
 * exit status of what is left of it here. */
int keep_child_run(int fd);

#endif
