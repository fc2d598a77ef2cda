#ifndef MAIRU_FRONT_CLIENT_BROKER_STATUS_H
#define MAIRU_FRONT_CLIENT_BROKER_STATUS_H

/*
 * The status of a running broker, for `mairu status`; never starts one.
 */

#include <sys/types.h>

#include "base/core/buf.h"
#include "base/core/err.h"
#include "base/protocol/message.h"
#include "base/sys/sock.h"

enum broker_status_kind {
	BROKER_STATUS_NONE, /* no broker runs */
	BROKER_STATUS_BAD,  /* unusable: see `why` */
	BROKER_STATUS_RUNNING,
};

struct broker_status {
	enum broker_status_kind kind;
	struct err why;
	char socket[SOCK_PATH_MAX];
	pid_t pid;
	/* The answer to WIRE_STATUS; if there was none, all empty, with a url
	 * of "". */
	struct message says;
	struct buf problems; /* its problems, each with a newline */
	struct buf body;     /* the strings of `says` */
};

void broker_status_ask(struct broker_status *h);
void broker_status_release(struct broker_status *h);

#endif
