#ifndef MAIRU_BASE_SYS_KEEPER_TALK_H
#define MAIRU_BASE_SYS_KEEPER_TALK_H

/*
 * Finds the keeper of a broker's socket and talks to it (base/sys/keeper.h).
 * It is at the path of that socket with another ending, or, after the directory
 * was removed and recreated as desktops do at logout, at an abstract name.
 * Anybody can take such a name, so the peer's uid is checked.
 */

#include <sys/socket.h>
#include <sys/un.h>

#include "base/core/err.h"
#include "base/sys/keeper.h"
#include "base/sys/sock.h"

enum keeper_talk_door {
	KEEPER_TALK_PATH,
	KEEPER_TALK_NAME,
	KEEPER_TALK_DOORS
};

struct keeper_talk {
	/* len 0: no such address: too long, or not supported here */
	struct keeper_talk_place {
		struct sockaddr_un addr;
		socklen_t len;
	} at[KEEPER_TALK_DOORS];
};

/* For the broker whose socket is at this path. */
void keeper_talk_of(struct keeper_talk *k, const char *sock_path);

/* The path, or "". */
const char *keeper_talk_path(const struct keeper_talk *k);

/* Connects to the keeper; *door says how it was found.  ERR_NOT_FOUND when
 * there is none of ours. */
int keeper_talk_connect(const struct keeper_talk *k, int *fd,
    enum keeper_talk_door *door, struct err *e) MUST_CHECK;

/* Makes a socket on which a keeper can be found, replacing a dead one.
 * Non-blocking, close-on-exec. */
int keeper_talk_listen(const struct keeper_talk *k, enum keeper_talk_door door,
    int *fd, struct err *e) MUST_CHECK;

/* Sends a request with n descriptors (at most KEEPER_FDS); key may be NULL.
 * Never blocks: a full socket is an error. */
int keeper_talk_ask(int fd, enum keeper_type type, const unsigned char *key,
    const int *fds, size_t n, struct err *e) MUST_CHECK;

/* Receives an answer, waiting at most ms.  The caller owns the descriptors that
 * came with it (-1: none), and must wipe the key.  ERR_TIMEOUT; ERR_NOT_FOUND:
 * the keeper hung up. */
int keeper_talk_answer(int fd, int ms, struct keeper_msg *m,
    int came[KEEPER_FDS], struct err *e) MUST_CHECK;
void keeper_talk_close(int came[KEEPER_FDS]);

#endif
