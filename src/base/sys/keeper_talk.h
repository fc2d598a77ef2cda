#ifndef MAIRU_BASE_SYS_KEEPER_TALK_H
#define MAIRU_BASE_SYS_KEEPER_TALK_H

/*
 * Where the keeper of a broker's socket is found, and talking to it
 * (base/sys/keeper.h): at the path of that socket with another ending, or, when
 * the directory was removed and made anew as a desktop does at a logout, by a
 * name that needs no directory.  Anybody can take such a name: who is there is
 * told by uid.
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
	/* len 0: there is no such place, for want of room or on this system */
	struct keeper_talk_place {
		struct sockaddr_un addr;
		socklen_t len;
	} at[KEEPER_TALK_DOORS];
};

/* Of the broker whose socket is at this path. */
void keeper_talk_of(struct keeper_talk *k, const char *sock_path);

/* The path, or "" when it has none. */
const char *keeper_talk_path(const struct keeper_talk *k);

/* Connects to the keeper; *door says how it was found.  ERR_NOT_FOUND when
 * there is none, or none of ours. */
int keeper_talk_connect(const struct keeper_talk *k, int *fd,
    enum keeper_talk_door *door, struct err *e) MUST_CHECK;

/* Makes a socket on which a keeper can be found, and takes a dead one's place.
 * Non-blocking, closed on exec. */
int keeper_talk_listen(const struct keeper_talk *k, enum keeper_talk_door door,
    int *fd, struct err *e) MUST_CHECK;

/* Asks, with n descriptors (at most KEEPER_FDS); key may be NULL.  Never waits:
 * what does not fit is an error. */
int keeper_talk_ask(int fd, enum keeper_type type, const unsigned char *key,
    const int *fds, size_t n, struct err *e) MUST_CHECK;

/* Takes an answer, and the descriptors that came with it (-1: none did), which
 * are the caller's, waiting at most ms for it.  Whoever has read the key wipes
 * it.  ERR_TIMEOUT; ERR_NOT_FOUND: it has hung up. */
int keeper_talk_answer(int fd, int ms, struct keeper_msg *m,
    int came[KEEPER_FDS], struct err *e) MUST_CHECK;
void keeper_talk_close(int came[KEEPER_FDS]);

#endif
