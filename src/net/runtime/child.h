#ifndef MAIRU_NET_RUNTIME_CHILD_H
#define MAIRU_NET_RUNTIME_CHILD_H

/*
 * A child process that reads files for us: starts, kills and reaps it, and
 * remembers what it hung on.  A process stuck on a dead mount may survive
 * SIGKILL for hours, so the number of unreaped children is limited.
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
	int helped;	  /* the helper's child, not ours */
	pid_t id;	  /* pid, or the helper's id for it; 0: none */
	int fd;		  /* our end of a SOCK_SEQPACKET pair */
	/* killed but not reaped, and what they hung on (or NULL) */
	struct {
		pid_t id;
		int helped;
		char *on;
	} dying[CHILD_DYING];
	/* what children hung on lately */
	struct {
		char *on;
		int64_t until;
	} suspects[CHILD_SUSPECTS];
	size_t next_suspect;
};

/* exe NULL: this program, started by the helper (net/runtime/helper.h) if there
 * is one.  All are borrowed. */
void child_init(
    struct child *c, const char *exe, const char *mode, const char *what);

/* Starts it, like child_spawn().  Only if none is running and child_room() is
 * true. */
int child_start(struct child *c, struct err *e) MUST_CHECK;

/* The same without exec, which takes ten times as long: calls run(3) in a fork,
 * with no descriptors but 0 to 3; with quiet, 0 to 2 are /dev/null.  Only
 * before our memory holds any secret except a proxy's, which is removed from
 * the copy. */
int child_fork(
    struct child *c, int (*run)(int fd), int quiet, struct err *e) MUST_CHECK;

/* For the log; 0 if not known (yet). */
long child_pid(const struct child *c);

/* Kills the child and closes our end.  What it hung on, if any, is suspect
 * until the given time and while the child is not reaped. */
void child_kill(struct child *c, const char *on, int64_t until);

int child_suspect(const struct child *c, const char *on, int64_t now);

/* 0 if too many killed children are still not reaped. */
int child_room(const struct child *c);

/* Reaps those that have ended. */
void child_reap(struct child *c);

/* Kills and forgets everything. */
void child_release(struct child *c);

#endif
