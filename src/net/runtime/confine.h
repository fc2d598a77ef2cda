#ifndef MAIRU_NET_RUNTIME_CONFINE_H
#define MAIRU_NET_RUNTIME_CONFINE_H

/*
 * What the broker gives up before it reads anything from the network: an
 * attacker who takes it over gets the secrets it holds, but no other program,
 * file or process.
 *
 *  - It MUST be called while there is one thread, after everything that it
 *    forbids has been done: it is irreversible, for threads and children too.
 *  - On a kernel that lacks a part we go on without it, and say so.
 *
 * The parts:
 *
 *  CALLS  starting programs and processes, inspecting or controlling others
 *         (ptrace and the like), listening, modules, namespaces, mounts, keys,
 *         executing written memory; by seccomp.
 *  FILES  every file except those that libraries read to resolve names and
 *         verify certificates; by Landlock.  The socket can still be removed.
 *  PORTS  binding TCP ports; by Landlock.
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
	unsigned parts; /* those in force */
	char why[512];	/* message for the user; "" when all are */
};

/* own: the one directory it may still remove files from, absolute, or NULL.
 * Never fails outright: c says which parts are in force. */
void confine(struct confine *c, const char *own);

/* Appends the parts as words: "system calls, files, ports, signals", or
 * "none". */
void confine_shown(unsigned parts, struct buf *out);

/* 1 in builds with sanitizers, which need what is given up: confine() then does
 * nothing, and says so. */
int confine_is_off(void);

/* ---- its halves: return the parts now in force, and append to *why what is
 * missing */

unsigned confine_calls(struct buf *why);
unsigned confine_files(const char *own, struct buf *why);

#endif
