#ifndef MAIRU_NET_RUNTIME_HELPER_H
#define MAIRU_NET_RUNTIME_HELPER_H

/*
 * The broker's second process: it holds no secret and reads nothing from the
 * network, and does what the confined main process may not.
 *
 *  - It MUST be started before the first answer is read from the network, and
 *    by exec: it shares neither memory nor address layout.
 *  - It serves a fixed list of requests, and trusts nothing in them.
 *  - A request MUST NOT hold up the loop for longer than HELPER_PATIENCE_MS, or
 *    HELPER_LISTEN_MS where a user's login would fail, and not at all just
 *    after one has timed out.
 *
 * One per process, as confinement is per process.  Without one (in unit tests)
 * callers do the work themselves.
 */

#include <stdint.h>
#include <sys/queue.h>
#include <sys/types.h>

#include "base/core/err.h"
#include "net/runtime/loop.h"

enum {
	HELPER_PATIENCE_MS = 250,
	HELPER_LISTEN_MS = 1000,
	HELPER_REPLY = 64, /* a short text, with its NUL */
};

/* Starts `exe --helper` (NULL: this program) with its end of a pair as
 * descriptor 3; does not wait. */
int helper_begin(const char *exe, struct err *e) MUST_CHECK;

/* Called from the loop. */
struct helper_handler {
	/* A child of the helper may have ended. */
	void (*ended)(void *arg);
	/* The helper is gone, and is not replaced. */
	void (*lost)(void *arg);
	void *arg;
};

/* Starts using it.  Until then the process, not yet confined, does the work
 * itself and need not wait for the helper to start. */
int helper_attach(struct loop *loop, const struct helper_handler *handler,
    struct err *e) MUST_CHECK;

/* Closes our end, which ends the helper. */
void helper_end(void);

/* On SIGCHLD: reaps the helper if it has ended. */
void helper_reap(void);

/* 1 from helper_attach() on, even once it is lost: requests then fail and say
 * why. */
int helper_is_there(void);

/* --- children of the helper */

/* Starts this program in one of the modes listed in broker/helper_child.c, with
 * its end of a SOCK_SEQPACKET pair as descriptor 3.  Does not wait: if it fails
 * to start, the pair is closed.  *id identifies it. */
int helper_start(
    const char *mode, pid_t *id, int *fd, struct err *e) MUST_CHECK;
void helper_kill(pid_t id);

/* Kills a child of ours by its pid, which a confined process can't do itself:
 * neither with a signal nor, where Landlock scopes signals, by exiting.  Waits
 * until it is done, since only the parent may ask for it. */
void helper_kill_ours(pid_t pid);

/* 1 if the helper has reaped it. */
int helper_ended(pid_t id);

/* Its pid, for the log; 0 if not known yet. */
pid_t helper_pid(pid_t id);

/* ---- other services */

/* Like loopback_listen() and loopback_listen_v6(). */
int helper_listen(uint16_t port, int *fd, struct err *e) MUST_CHECK;
int helper_listen_v6(uint16_t port, int *fd, struct err *e) MUST_CHECK;

/* Like terminal_say(): an enum terminal_said, or -1 if the helper does not
 * answer. */
int helper_say(const char *terminal, const char *line);

/* The CA bundle that broker.json names, as a sealed in-memory file.  -1 if
 * unavailable. */
int helper_bundle(int *fd) MUST_CHECK;

struct helper_wait {
	/* Called once, from the loop; "" if nothing was found. */
	void (*fn)(void *arg, const char *text);
	void *arg;
	/* the helper's: */
	uint32_t id; /* 0 when idle */
	struct loop *loop;
	struct loop_timer timer;
	LIST_ENTRY(helper_wait) entry;
	char text[HELPER_REPLY];
};

/* Finds the terminal of the process that holds a socket. */
void helper_seek(struct helper_wait *w, struct loop *loop, uint64_t inode);

/* Safe on a zeroed or finished one. */
void helper_cancel(struct helper_wait *w);

#endif
