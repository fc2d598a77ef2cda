#ifndef MAIRU_NET_RUNTIME_PROCESS_H
#define MAIRU_NET_RUNTIME_PROCESS_H

/*
 * The end of another process, as an event of the loop.
 */

#include <stdint.h>
#include <sys/types.h>

#include "base/core/err.h"
#include "net/runtime/loop.h"

struct process {
	struct loop *loop;
	struct loop_fd watch;	 /* of its pidfd */
	struct loop_timer timer; /* where there are none */
	pid_t pid;
	uint64_t started; /* to tell it from another of that pid there */
	void (*ended)(void *arg);
	void *arg;
};

/* Calls ended(arg) once, from the loop, when the process has ended.
 * ERR_NOT_FOUND: it has already; ERR_SYS, ERR_NOMEM. */
int process_watch(struct process *p, struct loop *loop, pid_t pid,
    void (*ended)(void *arg), void *arg, struct err *e) MUST_CHECK;

/* 1 when it has, though that may not have been told yet. */
int process_has_ended(const struct process *p);

/* Safe on a zeroed one, and when it has ended. */
void process_forget(struct process *p);

#endif
