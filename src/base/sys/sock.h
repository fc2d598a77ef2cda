#ifndef MAIRU_BASE_SYS_SOCK_H
#define MAIRU_BASE_SYS_SOCK_H

/*
 * Where the broker's socket is, and who its peer is.
 */

#include <limits.h>
#include <stddef.h>
#include <sys/types.h>
#include <sys/un.h>

#include "base/core/err.h"
#include "base/sys/place.h"

/* Suffix of the lock file beside the socket, held locked while the broker
 * runs. */
#define SOCK_LOCK ".lock"

/* The limit of a Unix socket's address. */
enum {
	SOCK_PATH_MAX = sizeof(((struct sockaddr_un *)0)->sun_path)
};

/* Chooses the path: $MAIRU_AGENT_SOCK, else
 * $XDG_RUNTIME_DIR/mairu/broker.NAME.sock, else the same under /run/user/UID if
 * that is ours, else under .../state/mairu/run.  NAME is the place_name(), in
 * the last case salted with the boot.  *place is this process's configuration
 * and state; `how` and errors are those of place_find(): ERR_NOT_FOUND means
 * that there is no broker.  If $MAIRU_AGENT_SOCK is set without HOME and XDG
 * directories, *place is all zeros.  Creates nothing else.  ERR_LIMIT when it
 * does not fit. */
int sock_path(char out[SOCK_PATH_MAX], struct place *place, enum place_how how,
    struct err *e) MUST_CHECK;

/* 1 if the path has the form broker.NAME.sock, which identifies a place. */
int sock_is_named(const char *path);

/* Checks the directory of a socket: ours, a directory, 0700.  make != 0 creates
 * it.  ERR_NOT_FOUND when it is missing, ERR_REFUSED when it is somebody else's
 * or open to others (never tightened: $MAIRU_AGENT_SOCK may name a shared
 * directory). */
int sock_check_dir(const char *path, int make, struct err *e) MUST_CHECK;

/* Connects without blocking: ERR_TIMEOUT if the queue is full, ERR_NOT_FOUND if
 * nobody listens.  The peer's uid is checked before *fd is set (ERR_FOREIGN);
 * *pid is the peer's, or 0 if unavailable. */
int sock_connect(
    const char *path, int *fd, pid_t *pid, struct err *e) MUST_CHECK;

/* Uid and pid of the peer of a Unix socket. */
int sock_peer(int fd, uid_t *uid, pid_t *pid, struct err *e) MUST_CHECK;

#endif
