#ifndef MAIRU_NET_RUNTIME_PROCESS_H
#define MAIRU_NET_RUNTIME_PROCESS_H

/*
 * The exit of another process, as a loop event.
 */

#include <stdint.h>
#include <sys/types.h>

#include "base/core/err.h"
#include "net/runtime/loop.h"

struct process {
	struct loop *loop;
	struct loop_fd watch;	 /* of its pidfd */
	struct loop_timer timer; /* without pidfds */
	pid_t pid;
	uint64_t started; /* without pidfds, detects pid reuse */
	void (*ended)(void *arg);
	void *arg;
};

/* Calls ended(arg) once, from the loop, when the process exits.  ERR_NOT_FOUND:
 * it already has; ERR_SYS, ERR_NOMEM. */
int process_watch(struct process *p, struct loop *loop, pid_t pid,
    void (*ended)(void *arg), void *arg, struct err *e) MUST_CHECK;

/* 1 if it has exited, even if ended() was not called yet. */
int process_has_ended(const struct process *p);

/* Safe on a zeroed one, and after the exit. */
void process_forget(struct process *p);

#endif
