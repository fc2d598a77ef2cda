#ifndef MAIRU_NET_RUNTIME_HARDEN_H
#define MAIRU_NET_RUNTIME_HARDEN_H

/*
 * What the broker does first, before it reads an option: drops everything
 * inherited from its parent except what is named here.
 *
 *  - It MUST be undumpable before it can hold a secret, so that neither a
 *    debugger of the same user nor a core dump sees one.
 *  - Descriptors from 4 up are closed; 3 is the only one that may be handed
 *    over.
 *  - The environment is rebuilt from an allowlist, not scrubbed: LD_*,
 *    SSLKEYLOGFILE, OPENSSL_CONF, endpoint overrides and a project's variables
 *    never reach a library.
 *  - Executing a set-uid program gains no privileges.
 */

#include "base/core/err.h"

int harden(struct err *e) MUST_CHECK;

/* Starts a new session, so that no terminal's signals reach us. */
void harden_session(void);

/* Puts the standard descriptors on /dev/null, to hold no terminal or pipe
 * open. */
void harden_silence(void);

/* Sets the name that ps(1) and killall see, for a process started through
 * /proc. */
void harden_name(const char *name);

#endif
