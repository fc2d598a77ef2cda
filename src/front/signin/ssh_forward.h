#ifndef MAIRU_FRONT_SIGNIN_SSH_FORWARD_H
#define MAIRU_FRONT_SIGNIN_SSH_FORWARD_H

/*
 * The command that forwards a port of the user's machine to this one, reached
 * by SSH.
 */

#include <stdint.h>

#include "base/core/buf.h"
#include "base/core/err.h"

struct ssh_forward {
	char host[64]; /* this machine's address, without the brackets, which
			  ssh rejects */
	long port;     /* of its sshd */
};

/* Parses $SSH_CONNECTION: client, its port, server, its port.  ERR_FORMAT if
 * invalid. */
int ssh_forward_parse(struct ssh_forward *f, const char *connection) MUST_CHECK;

/* Appends "ssh -N -L 4711:127.0.0.1:4711 -p 2222 user@192.0.2.7", as a user
 * types it.  f NULL: "HOST" in place of the unknown host.  user may be NULL. */
void ssh_forward_command(struct buf *out, const struct ssh_forward *f,
    const char *user, uint16_t port);

/* The same from the environment; 1 if the host is known. */
int ssh_forward_here(struct buf *out, uint16_t port);

#endif
