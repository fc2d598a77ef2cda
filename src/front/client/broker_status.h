#ifndef MAIRU_FRONT_CLIENT_BROKER_STATUS_H
#define MAIRU_FRONT_CLIENT_BROKER_STATUS_H

/*
 * How a running broker is, for `mairu status`; none is started for it.
 */

#include <limits.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/core/buf.h"
#include "base/core/err.h"
#include "base/sys/sock.h"

enum broker_status_kind {
	BROKER_STATUS_NONE, /* no broker runs */
	BROKER_STATUS_BAD, /* something is there that is of no use: see `why` */
	BROKER_STATUS_RUNNING,
};

struct broker_status {
	enum broker_status_kind kind;
	struct err why;
	char socket[SOCK_PATH_MAX];
	pid_t pid;
	char version[32];
	uint64_t seconds, clients, grants, locked, unverified;
	char log[PATH_MAX];
	char endpoint[128];
	/* Whose clock the broker has seen last ("": nobody's), and by how many
	 * seconds that is ahead of this machine's. */
	char clock_host[264];
	int64_t ahead;
	char confined[64], unconfined[512];
	struct buf settings; /* JSON */
	struct buf problems; /* texts, each with a newline */
};

void broker_status_ask(struct broker_status *h);
void broker_status_release(struct broker_status *h);

#endif
