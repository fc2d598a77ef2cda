#ifndef MAIRU_BROKER_CHECK_PROC_H
#define MAIRU_BROKER_CHECK_PROC_H

/*
 * The checker's child as a process: started, killed, collected, and what it
 * was doing when it had to be killed.  A process that hangs on a dead mount
 * may survive SIGKILL for hours, so only so many are ever made.
 */

#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"

enum {
	CHECK_PROC_DYING = 4,
	CHECK_PROC_SUSPECTS = 8,
};

struct check_proc {
	pid_t pid; /* 0: there is none */
	int fd;	   /* our end of a SOCK_SEQPACKET pair */
	/* killed, not collected, and on which config they hung (or NULL) */
	struct {
		pid_t pid;
		char *config;
	} dying[CHECK_PROC_DYING];
	/* what hung lately */
	struct {
		char *config;
		int64_t until;
	} suspects[CHECK_PROC_SUSPECTS];
	size_t next_suspect;
};

/* Starts `exe --check` with its end of the pair as descriptor 3 and what it
 * needs of our environment.  Only while there is none, and check_proc_room().
 */
int check_proc_start(
    struct check_proc *p, const char *exe, struct err *e) MUST_CHECK;

/* Kills the child and closes our end.  When it hung on a config, that one is
 * suspect until the time given, and as long as the child is not collected. */
void check_proc_kill(struct check_proc *p, const char *config, int64_t until);

int check_proc_suspect(
    const struct check_proc *p, const char *config, int64_t now);

/* 0 when too many children refuse to die. */
int check_proc_room(const struct check_proc *p);

/* Collects those that have ended. */
void check_proc_reap(struct check_proc *p);

/* Kills and forgets everything. */
void check_proc_release(struct check_proc *p);

#endif
