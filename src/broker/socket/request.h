#ifndef MAIRU_BROKER_SOCKET_REQUEST_H
#define MAIRU_BROKER_SOCKET_REQUEST_H

/*
 * What a client asks, taken apart; and what the trust checker asks its child.
 */

#include "base/config/project.h"
#include "base/core/buf.h"
#include "base/core/err.h"
#include "base/protocol/message.h"

enum {
	REQUEST_ROOM = WIRE_MAX_BODY + 1
};

/* Takes a whole frame apart, as message_read_request() does; its texts are in
 * `room` then, which is to be wiped.  WIRE_QUIT and WIRE_INFO have no more than
 * a type, whatever their body: other versions send them too.  ERR_FOREIGN: the
 * sender is of another version. */
int request_read(struct message *m, unsigned char room[REQUEST_ROOM],
    const struct wire_frame *f, struct err *e) MUST_CHECK;

/* 1 when only the framing itself is damaged, so that no later frame of this
 * connection can be believed. */
int request_damaged(const struct wire_frame *f);

/* The project that it is about, as far as it names one. */
struct project_ref request_project(const struct message *m);

/* Appends a WIRE_GRANT or a WIRE_FIND frame for the child. */
void request_put_grant(const struct project_ref *p, struct buf *out);
void request_put_find(const char *config, struct buf *out);

#endif
