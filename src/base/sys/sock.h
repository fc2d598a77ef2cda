#ifndef MAIRU_BASE_SYS_SOCK_H
#define MAIRU_BASE_SYS_SOCK_H

/*
 * Where the broker's socket is, and who is at its other end.
 */

#include <limits.h>
#include <stddef.h>
#include <sys/types.h>
#include <sys/un.h>

#include "base/core/err.h"
#include "base/sys/place.h"

/* Beside the socket: a broker holds it locked for as long as it lives. */
#define SOCK_LOCK ".lock"

/* The address of a Unix socket is this short on every system that we know. */
enum {
	SOCK_PATH_MAX = sizeof(((struct sockaddr_un *)0)->sun_path)
};

/* Chooses the path: $MAIRU_AGENT_SOCK, else $XDG_RUNTIME_DIR/mairu/
 * broker.NAME.sock, else the same under /run/user/UID when that directory is
 * ours, else under .../state/mairu/run.  NAME is that of the place
 * (place_name()), in the last case of this boot's too.  *place is where this
 * process's configuration and state are, and `how` and errors are those of
 * place_find(): ERR_NOT_FOUND says that there is no broker.  A process without
 * HOME and XDG directories that is told the socket has no place: *place is all
 * zeros.  Makes nothing
 * else. ERR_LIMIT when it does not fit. */
int sock_path(char out[SOCK_PATH_MAX], struct place *place, enum place_how how,
    struct err *e) MUST_CHECK;

/* 1 when the path has the form of those whose name tells a place. */
int sock_is_named(const char *path);

/* Checks the directory of a socket: ours, a directory, 0700.  make != 0 makes
 * what is missing.  ERR_NOT_FOUND when it is not there, ERR_REFUSED when it is
 * somebody else's or open to others (one of ours is not tightened: it may be a
 * shared place that $MAIRU_AGENT_SOCK names). */
int sock_check_dir(const char *path, int make, struct err *e) MUST_CHECK;

/* Connects without waiting: a full queue is ERR_TIMEOUT, nobody there is
 * ERR_NOT_FOUND.  The peer's uid is checked before *fd is given (ERR_FOREIGN);
 * *pid is the peer's where the system tells, else 0. */
int sock_connect(
    const char *path, int *fd, pid_t *pid, struct err *e) MUST_CHECK;

/* Uid and pid of the peer of a Unix socket. */
int sock_peer(int fd, uid_t *uid, pid_t *pid, struct err *e) MUST_CHECK;

#endif
