#ifndef MAIRU_NET_RUNTIME_CHILD_H
#define MAIRU_NET_RUNTIME_CHILD_H

/*
 * A child that looks at files for us, as a process: started, killed,
 * collected, and what it was doing when it had to be killed.  A process that
 * hangs on a dead mount may survive SIGKILL for hours, so only so many are
 * ever made.
 */

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/core/err.h"

enum {
	CHILD_DYING = 4,
	CHILD_SUSPECTS = 8,
};

struct child {
	const char *exe;  /* borrowed, or NULL */
	const char *mode; /* "--check" */
	const char *what; /* "the trust checker" */
	int helped;	  /* it is the helper's child, not ours */
	pid_t id;	  /* its pid, or the helper's word; 0: there is none */
	int fd;		  /* our end of a SOCK_SEQPACKET pair */
	/* killed, not collected, and on what they hung (or NULL) */
	struct {
		pid_t id;
		int helped;
		char *on;
	} dying[CHILD_DYING];
	/* what hung lately */
	struct {
		char *on;
		int64_t until;
	} suspects[CHILD_SUSPECTS];
	size_t next_suspect;
};

/* exe NULL is this very program, started by the helper (net/runtime/helper.h)
 * where there is one; all are borrowed. */
void child_init(
    struct child *c, const char *exe, const char *mode, const char *what);

/* Starts it, as child_spawn() does.  Only while there is none, and
 * child_room(). */
int child_start(struct child *c, struct err *e) MUST_CHECK;

/* The same without starting a program, which takes ten times as long: run(3)
 * in a copy of ours, and no descriptor but 0 to 3; with quiet those lead to
 * nothing.  Only before there is a secret in our memory but a proxy's, which is
 * taken out of the copy. */
int child_fork(
    struct child *c, int (*run)(int fd), int quiet, struct err *e) MUST_CHECK;

/* For those who read the log; 0 where it is not known (yet). */
long child_pid(const struct child *c);

/* Kills the child and closes our end.  When it hung on something, that is
 * suspect until the time given, and as long as the child is not collected. */
void child_kill(struct child *c, const char *on, int64_t until);

int child_suspect(const struct child *c, const char *on, int64_t now);

/* 0 when too many children refuse to die. */
int child_room(const struct child *c);

/* Collects those that have ended. */
void child_reap(struct child *c);

/* Kills and forgets everything. */
void child_release(struct child *c);

#endif
