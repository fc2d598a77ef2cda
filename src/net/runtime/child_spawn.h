#ifndef MAIRU_NET_RUNTIME_CHILD_SPAWN_H
#define MAIRU_NET_RUNTIME_CHILD_SPAWN_H

/*
 * The only way the broker starts a process: itself in another mode, or its
 * keeper.
 */

#include <sys/types.h>

#include "base/core/err.h"

/* Starts `exe mode` with its end of a SOCK_SEQPACKET pair as descriptor 3 and
 * only those environment variables that locate files.  *fd is our end,
 * close-on-exec.  `what` names it in errors: "the trust checker". */
int child_spawn(const char *exe, const char *mode, const char *what, pid_t *pid,
    int *fd, struct err *e) MUST_CHECK;

/* Starts `exe path` likewise, in a new session and with an empty environment:
 * it outlives us. */
int child_spawn_keeper(const char *exe, const char *path, pid_t *pid, int *fd,
    struct err *e) MUST_CHECK;

#endif
