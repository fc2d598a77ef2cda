#ifndef MAIRU_FRONT_SIGNIN_WAIT_SIGNALS_H
#define MAIRU_FRONT_SIGNIN_WAIT_SIGNALS_H

/*
 * Signals while waiting for the user: those that end a process wake the wait
 * instead, so that it can clean up and then die of the same signal.  One wait
 * at a time.
 */

#include "base/core/err.h"

/* From here on SIGINT, SIGTERM, SIGHUP and SIGQUIT are caught, unless ignored
 * (by nohup). */
int wait_signals_begin(struct err *e) MUST_CHECK;

/* Becomes readable once one of them arrives. */
int wait_signals_fd(void);

/* The signal that arrived, or 0. */
int wait_signals_signal(void);

/* From here to wait_signals_end(), Ctrl-Z does not stop the process at once:
 * wait_signals_is_paused() is 1 once it came, for a wait that checks every
 * second and after an interrupted system call. */
void wait_signals_hold_pause(void);
int wait_signals_is_paused(void);

/* Stops now, as Ctrl-Z would have; returns when continued. */
void wait_signals_pause(void);

/* Restores the signals. */
void wait_signals_end(void);

/* Dies of the signal, so that the parent sees what ended us.  Returns only if
 * it is blocked. */
void wait_signals_die(int sig);

#endif
