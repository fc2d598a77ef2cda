#ifndef MAIRU_NET_RUNTIME_SIGNALS_H
#define MAIRU_NET_RUNTIME_SIGNALS_H

/*
 * Signals as events of the loop: a handler may do next to nothing safely, so
 * ours writes the number into a pipe and the loop does the rest.
 */

#include "base/core/err.h"
#include "net/runtime/loop.h"

struct signals;

/* From here on SIGTERM, SIGQUIT and SIGCHLD call fn from the loop, several of
 * a kind perhaps only once; with foreground SIGINT and SIGHUP too, which are
 * ignored without.  SIGPIPE is ignored.  One at a time in a process. */
int signals_new(struct signals **s, struct loop *loop, int foreground,
    void (*fn)(void *arg, int signo), void *arg, struct err *e) MUST_CHECK;

/* Ignores from then on what it caught, SIGCHLD aside. */
void signals_free(struct signals *s);

#endif
