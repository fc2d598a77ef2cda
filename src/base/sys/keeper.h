#ifndef MAIRU_BASE_SYS_KEEPER_H
#define MAIRU_BASE_SYS_KEEPER_H

/*
 * The protocol on the keeper's socket (SOCK_SEQPACKET): one message per
 * request, one per answer.  Keepers outlive upgrades, so a broker may meet an
 * older or newer one: this layout and these types never change.  A keeper
 * answers unknown types with KEEPER_UNKNOWN; extra bytes in a longer message
 * are ignored.
 *
 * The broker that gets listener and key holds them until its connection is
 * closed and its process has ended.
 */

#include <stdint.h>

enum {
	KEEPER_VERSION = 1,
	KEEPER_KEY = 32,
	KEEPER_FD = 3,	/* a keeper's first connection */
	KEEPER_FDS = 3, /* maximum per message */
};

enum keeper_type {
	/* asked: */
	KEEPER_GIVE = 1, /* the very first message: KEY, the listener, and the
			    sockets on which the keeper is found.  The sender
			    becomes the holder */
	KEEPER_TAKE = 2, /* -> HELD with KEY and the listener, or BUSY.  May
			    carry sockets to replace those on which the keeper
			    is found */
	KEEPER_SET = 3,	 /* KEY: a new one -> OK, or BUSY: only the holder may
			    change it */
	KEEPER_END = 4,	 /* -> OK: wipes the key, releases the port, exits */
	/* answered: */
	KEEPER_OK = 128,
	KEEPER_HELD = 129,
	KEEPER_BUSY = 130,
	KEEPER_UNKNOWN = 131,
};

struct keeper_msg {
	uint8_t version, type;
	uint8_t confined; /* in answers: 1 if its system calls are filtered */
	uint8_t zero;
	uint32_t pid; /* in answers: the keeper's */
	unsigned char key[KEEPER_KEY];
};

#endif
