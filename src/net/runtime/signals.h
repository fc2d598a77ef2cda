#ifndef MAIRU_NET_RUNTIME_SIGNALS_H
#define MAIRU_NET_RUNTIME_SIGNALS_H

/*
 * Signals as loop events: hardly anything is safe in a signal handler, so ours
 * writes the number to a pipe and the loop does the rest.
 */

#include "base/core/err.h"
#include "net/runtime/loop.h"

struct signals;

/* SIGTERM, SIGQUIT and SIGCHLD call fn from the loop; repeated signals may be
 * merged.  So do SIGINT and SIGHUP with foreground, else they are ignored.
 * SIGPIPE is ignored.  Only one instance per process. */
int signals_new(struct signals **s, struct loop *loop, int foreground,
    void (*fn)(void *arg, int signo), void *arg, struct err *e) MUST_CHECK;

/* Ignores the signals it caught, except SIGCHLD. */
void signals_free(struct signals *s);

#endif
