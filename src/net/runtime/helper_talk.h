#ifndef MAIRU_NET_RUNTIME_HELPER_TALK_H
#define MAIRU_NET_RUNTIME_HELPER_TALK_H

/*
 * The protocol between the broker and its helper: messages on a SOCK_SEQPACKET
 * pair, each a header, some text and at most one descriptor.  Both ends are the
 * same program, so the header is a struct.  The helper trusts nothing it is
 * told.
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
	HELPER_BUNDLE,	  /* the one in broker.json */
	/* from the helper */
	HELPER_AGAIN,	/* the previous helper and its children are gone */
	HELPER_STARTED, /* id: the child's; number: its pid */
	HELPER_ENDED,	/* id: the child's */
	HELPER_ANSWER,	/* id: the request's; result in number or text */
};

struct helper_talk {
	uint32_t what, id;
	int64_t number;
	int32_t error; /* in answers: an errno */
	uint32_t len;  /* of text, without its NUL */
	char text[HELPER_TALK_TEXT + 1];
};

/* fd -1: pass none.  0, or -1 with errno.  Does not block with MSG_DONTWAIT in
 * `flags`. */
int helper_talk_send(
    int socket, const struct helper_talk *t, int fd, int flags) MUST_CHECK;

/* 1: a message; the caller owns *fd (or -1).  0: the other end is closed.  -1
 * with errno: EBADMSG if malformed. */
int helper_talk_receive(
    int socket, struct helper_talk *t, int *fd, int flags) MUST_CHECK;

#endif
