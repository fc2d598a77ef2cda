#ifndef MAIRU_BROKER_SOCKET_REQUEST_H
#define MAIRU_BROKER_SOCKET_REQUEST_H

/*
 * Parses clients' requests, and writes the trust checker's to its child.
 */

#include "base/config/project.h"
#include "base/core/buf.h"
#include "base/core/err.h"
#include "base/protocol/message.h"

enum {
	REQUEST_ROOM = WIRE_MAX_BODY + 1
};

/* Parses a whole frame, as message_read_request() does; its strings are in
 * `room`, which must be wiped.  For WIRE_QUIT and WIRE_INFO only the type is
 * read, whatever the body: other versions send them too.  ERR_FOREIGN: the
 * sender is of another version. */
int request_read(struct message *m, unsigned char room[REQUEST_ROOM],
    const struct wire_frame *f, struct err *e) MUST_CHECK;

/* 1 if the framing itself is damaged, so that later frames on this connection
 * can't be trusted. */
int request_damaged(const struct wire_frame *f);

/* The project that the request names, as far as it does. */
struct project_ref request_project(const struct message *m);

/* Appends a WIRE_GRANT or a WIRE_FIND frame for the child. */
void request_put_grant(const struct project_ref *p, struct buf *out);
void request_put_find(const char *config, struct buf *out);

#endif
