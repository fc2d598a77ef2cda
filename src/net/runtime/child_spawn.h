#ifndef MAIRU_NET_RUNTIME_CHILD_SPAWN_H
#define MAIRU_NET_RUNTIME_CHILD_SPAWN_H

/*
 * The one way in which the broker starts a process: itself, in another mode,
 * or its keeper.
 */

#include <sys/types.h>

#include "base/core/err.h"

/* Starts `exe mode` with its end of a SOCK_SEQPACKET pair as descriptor 3 and
 * of our environment no more than where files lie.  *fd is our end, which is
 * closed in other children.  what names it in an error: "the trust checker".
 */
int child_spawn(const char *exe, const char *mode, const char *what, pid_t *pid,
    int *fd, struct err *e) MUST_CHECK;

/* Starts `exe path` likewise, in a session of its own and without any
 * environment: it goes on when we have ended. */
int child_spawn_keeper(const char *exe, const char *path, pid_t *pid, int *fd,
    struct err *e) MUST_CHECK;

#endif
