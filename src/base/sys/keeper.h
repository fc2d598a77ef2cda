#ifndef MAIRU_BASE_SYS_KEEPER_H
#define MAIRU_BASE_SYS_KEEPER_H

/*
 * What is said on the keeper's socket (SOCK_SEQPACKET): one message of this
 * form asks, one answers.  Keepers outlive upgrades, so that a broker may meet
 * one that is older or newer than itself: this form and these types never
 * change.  A type that a keeper does not know is answered with KEEPER_UNKNOWN;
 * of a message that is longer, what follows is ignored.
 *
 * The broker that is given listener and key holds them until its connection is
 * closed and it has itself ended.
 */

#include <stdint.h>

enum {
	KEEPER_VERSION = 1,
	KEEPER_KEY = 32,
	KEEPER_FD = 3,	/* where a keeper finds its first connection */
	KEEPER_FDS = 3, /* that one message may carry */
};

enum keeper_type {
	/* asked: */
	KEEPER_GIVE = 1, /* KEY; the listener, and the sockets by which the
			    keeper is found: the first message of all.  Who
			    sends it holds what it gives */
	KEEPER_TAKE = 2, /* -> HELD with KEY and the listener, or BUSY.  May
			    carry sockets that replace those by which the
			    keeper was found */
	KEEPER_SET = 3,	 /* KEY: a new one -> OK, or BUSY: who holds it says
			    what it is */
	KEEPER_END = 4,	 /* -> OK: it wipes the key, leaves the port, ends */
	/* answered: */
	KEEPER_OK = 128,
	KEEPER_HELD = 129,
	KEEPER_BUSY = 130,
	KEEPER_UNKNOWN = 131,
};

struct keeper_msg {
	uint8_t version, type;
	uint8_t confined; /* in answers: 1 when its system calls are filtered */
	uint8_t zero;
	uint32_t pid; /* in answers: the keeper's */
	unsigned char key[KEEPER_KEY];
};

#endif
