#ifndef MAIRU_FRONT_SIGNIN_WAIT_SIGNALS_H
#define MAIRU_FRONT_SIGNIN_WAIT_SIGNALS_H

/*
 * Signals while a person is waited for: those that end a process wake the wait
 * instead, so that it can put things right and then die of the same signal.
 * One wait at a time.
 */

#include "base/core/err.h"

/* From here on SIGINT, SIGTERM, SIGHUP and SIGQUIT are caught, but for those
 * that are ignored (by nohup). */
int wait_signals_begin(struct err *e) MUST_CHECK;

/* Readable once one of them has come. */
int wait_signals_fd(void);

/* The one that came, or 0. */
int wait_signals_signal(void);

/* From here to wait_signals_end() Ctrl-Z does not stop at once:
 * wait_signals_is_paused() is 1 when it came, for a wait that looks each second
 * and when a system call is interrupted. */
void wait_signals_hold_pause(void);
int wait_signals_is_paused(void);

/* Stops now, as Ctrl-Z would have; returns when the process goes on. */
void wait_signals_pause(void);

/* Puts the signals back as they were. */
void wait_signals_end(void);

/* Whoever started us sees what ended us.  Returns only when it is blocked. */
void wait_signals_die(int sig);

#endif
