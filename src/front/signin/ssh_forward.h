#ifndef MAIRU_FRONT_SIGNIN_SSH_FORWARD_H
#define MAIRU_FRONT_SIGNIN_SSH_FORWARD_H

/*
 * The command by which a port of the machine that a person sits at leads to
 * the one that they have reached by SSH.
 */

#include <stdint.h>

#include "base/core/buf.h"
#include "base/core/err.h"

struct ssh_forward {
	char host[64]; /* of this machine: an address without brackets, which
			  ssh does not take */
	long port;     /* of its sshd */
};

/* Takes $SSH_CONNECTION apart: client, its port, server, its port.
 * ERR_FORMAT when it is not that. */
int ssh_forward_parse(struct ssh_forward *f, const char *connection) MUST_CHECK;

/* Appends "ssh -N -L 4711:127.0.0.1:4711 -p 2222 user@192.0.2.7" as a person
 * types it.  f NULL: "HOST" stands for what is not known.  user may be NULL. */
void ssh_forward_command(struct buf *out, const struct ssh_forward *f,
    const char *user, uint16_t port);

/* The same from the environment; 1 when it could name the host. */
int ssh_forward_here(struct buf *out, uint16_t port);

#endif
