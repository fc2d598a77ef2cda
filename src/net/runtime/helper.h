#ifndef MAIRU_NET_RUNTIME_HELPER_H
#define MAIRU_NET_RUNTIME_HELPER_H

/*
 * The other process of the broker: one that holds no secret and reads nothing
 * of the network, and does what the one that does both may not.
 *
 *  - It MUST be started before the first answer of the network is read, and
 *    is its own execution of the program: it shares neither memory nor the
 *    places of anything in memory.
 *  - What it can be asked for is a fixed list, and it believes nothing of what
 *    it is asked.
 *  - No question MUST hold up the loop for longer than HELPER_PATIENCE_MS, or
 *    HELPER_LISTEN_MS where a login that a person has begun would fail, and
 *    none at all while the last one has just been that late.
 *
 * There is one in a process, as there is one list of what the process may not
 * do.  Without one (in unit tests) those who would ask do it themselves.
 */

#include <stdint.h>
#include <sys/queue.h>
#include <sys/types.h>

#include "base/core/err.h"
#include "net/runtime/loop.h"

enum {
	HELPER_PATIENCE_MS = 250,
	HELPER_LISTEN_MS = 1000,
	HELPER_REPLY = 64, /* a short text, its NUL included */
};

/* Starts `exe --helper` (NULL: this very program) with its end of a pair as
 * descriptor 3, and waits for nothing. */
int helper_begin(const char *exe, struct err *e) MUST_CHECK;

/* Called from the loop. */
struct helper_handler {
	/* A child of the helper may have ended. */
	void (*ended)(void *arg);
	/* There is no helper any more, and there will be no other. */
	void (*lost)(void *arg);
	void *arg;
};

/* From here on it is asked.  Until then, while the process may still do what
 * the helper does, that need not wait for it to start. */
int helper_attach(struct loop *loop, const struct helper_handler *handler,
    struct err *e) MUST_CHECK;

/* It ends when our end is closed. */
void helper_end(void);

/* A child of ours has ended: collects it if it was the helper. */
void helper_reap(void);

/* 1 from helper_attach() on, also when it is lost: what it did can't be done
 * then, and asking it says why. */
int helper_is_there(void);

/* --- children of the helper */

/* Starts this program in a mode, one of the list in broker/helper_child.c, with
 * its end of a SOCK_SEQPACKET pair as descriptor 3.  Waits for nothing: one
 * that does not start is one whose end of the pair is closed.  *id names it. */
int helper_start(
    const char *mode, pid_t *id, int *fd, struct err *e) MUST_CHECK;
void helper_kill(pid_t id);

/* Kills a child of ours, by its pid, which a confined process may not: neither
 * by a signal nor, where Landlock tells signals apart, by its own end.  Waits
 * until that is done, since only a parent's word is taken. */
void helper_kill_ours(pid_t pid);

/* 1 when the helper has collected it. */
int helper_ended(pid_t id);

/* Its pid for those who read the log, 0 when that is not told yet. */
pid_t helper_pid(pid_t id);

/* --- what else it does */

/* As loopback_listen() and loopback_listen_v6(). */
int helper_listen(uint16_t port, int *fd, struct err *e) MUST_CHECK;
int helper_listen_v6(uint16_t port, int *fd, struct err *e) MUST_CHECK;

/* As terminal_say(): an enum terminal_said, or -1 when it does not answer. */
int helper_say(const char *terminal, const char *line);

/* The bundle of CAs that broker.json names, as a file in memory that nobody can
 * change.  0, or -1 when it can't be had. */
int helper_bundle(int *fd) MUST_CHECK;

struct helper_wait {
	/* Called once, from the loop; "" when nothing was found. */
	void (*fn)(void *arg, const char *text);
	void *arg;
	/* the helper's: */
	uint32_t id; /* 0 when idle */
	struct loop *loop;
	struct loop_timer timer;
	LIST_ENTRY(helper_wait) entry;
	char text[HELPER_REPLY];
};

/* Looks for the terminal of the process that holds a socket. */
void helper_seek(struct helper_wait *w, struct loop *loop, uint64_t inode);

/* Safe on a zeroed one, and when it is over. */
void helper_cancel(struct helper_wait *w);

#endif
