#ifndef MAIRU_NET_RUNTIME_HARDEN_H
#define MAIRU_NET_RUNTIME_HARDEN_H

/*
 * What the broker does to itself before it reads an option: nothing of
 * whoever started it stays but what is named here.
 *
 *  - It MUST be undumpable before it can hold a secret, so that no debugger
 *    of the same user and no core dump sees one.
 *  - Descriptors from 4 up are closed; 3 is the only one that may be handed
 *    over.
 *  - The environment is built up from a list, not scrubbed: LD_*,
 *    SSLKEYLOGFILE, OPENSSL_CONF, endpoint overrides and whatever a project's
 *    environment carries never reach a library.
 *  - A set-uid program gains nothing when it is executed from here.
 */

#include "base/core/err.h"

int harden(struct err *e) MUST_CHECK;

/* A session of its own, so that no terminal's signals reach us. */
void harden_session(void);

/* Standard descriptors on /dev/null: nobody's terminal or pipe is held. */
void harden_silence(void);

/* What ps(1) and whoever wants to stop us by name see, for a process that was
 * started by way of /proc. */
void harden_name(const char *name);

#endif
