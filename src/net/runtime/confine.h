#ifndef MAIRU_NET_RUNTIME_CONFINE_H
#define MAIRU_NET_RUNTIME_CONFINE_H

/*
 * What the broker gives up before it reads an answer of the network: whoever
 * takes it over by one finds the secrets that it holds, but no other program,
 * file or process.
 *
 *  - It MUST be called while there is one thread, after all that it forbids
 *    was done: what it forbids is forbidden for good, to threads and children
 *    too.
 *  - A kernel that lacks a part is survived without it, and that is told.
 *
 * What is given up, by part:
 *
 *  CALLS  starting programs and processes, looking into or steering others
 *         (ptrace and all that is like it), listening, modules, namespaces,
 *         mounts, keys, executing memory that was written; by seccomp.
 *  FILES  every file but what libraries read to resolve names and verify
 *         certificates; by Landlock.  The socket can still be removed.
 *  PORTS  taking a TCP port; by Landlock.
 *  OTHERS signals and abstract sockets to processes outside; by Landlock.
 */

#include "base/core/buf.h"
#include "base/core/err.h"

enum confine_part {
	CONFINE_CALLS = 1,
	CONFINE_FILES = 2,
	CONFINE_PORTS = 4,
	CONFINE_OTHERS = 8,
	CONFINE_ALL = 15,
};

struct confine {
	unsigned parts; /* those that hold */
	char why[512];	/* for a person; "" when all do */
};

/* own: the one directory of which it may remove files, absolute, or NULL. Fails
 * only halfway: with less than was told before. */
void confine(struct confine *c, const char *own);

/* The parts that hold, as words: "system calls, files, ports, signals"; "none"
 * without any. */
void confine_shown(unsigned parts, struct buf *out);

/* 1 when the programs are built with sanitizers, which need what is given up:
 * then confine() does nothing, and says so. */
int confine_is_off(void);

/* --- its halves, which return the parts that hold now, and append to *why
 * which are missing */

unsigned confine_calls(struct buf *why);
unsigned confine_files(const char *own, struct buf *why);

#endif
