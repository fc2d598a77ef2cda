#ifndef MAIRU_NET_RUNTIME_HELPER_TALK_H
#define MAIRU_NET_RUNTIME_HELPER_TALK_H

/*
 * What the broker and its helper say to each other: messages of a
 * SOCK_SEQPACKET pair, a head and some text, and at most one descriptor.  Both
 * ends are one program, so that the head is a struct.  The helper believes
 * nothing of what it is told.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/core/err.h"

enum {
	HELPER_TALK_TEXT = 4608, /* a terminal's name and a line for it */
};

enum helper_talk_what {
	/* to the helper */
	HELPER_START = 1, /* text: mode; id: the child's; its descriptor 3 */
	HELPER_KILL,	  /* id: the child's */
	HELPER_KILL_OURS, /* number: the pid of a child of the broker */
	HELPER_LISTEN,	  /* number: port of 127.0.0.1 */
	HELPER_LISTEN_V6, /* of ::1 */
	HELPER_SAY,	  /* text: terminal, NUL, line */
	HELPER_SEEK,	  /* number: the socket's inode */
	HELPER_BUNDLE,	  /* broker.json says of what */
	/* from the helper */
	HELPER_AGAIN,	/* who was there before is gone, its children too */
	HELPER_STARTED, /* id: the child's; number: its pid */
	HELPER_ENDED,	/* id: the child's */
	HELPER_ANSWER,	/* id: the question's; or: number; or: text */
};

struct helper_talk {
	uint32_t what, id;
	int64_t number;
	int32_t error; /* an errno, of answers */
	uint32_t len;  /* of text, without the NUL that follows it here */
	char text[HELPER_TALK_TEXT + 1];
};

/* fd -1 passes none; 0 or -1 with errno.  Waits for no room when `flags` has
 * MSG_DONTWAIT. */
int helper_talk_send(
    int socket, const struct helper_talk *t, int fd, int flags) MUST_CHECK;

/* 1: a message, and *fd (or -1) is the caller's; 0: the other end is closed;
 * -1 with errno, EBADMSG for what makes no sense. */
int helper_talk_receive(
    int socket, struct helper_talk *t, int *fd, int flags) MUST_CHECK;

#endif
