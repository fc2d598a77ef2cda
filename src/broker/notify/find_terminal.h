#ifndef MAIRU_BROKER_NOTIFY_FIND_TERMINAL_H
#define MAIRU_BROKER_NOTIFY_FIND_TERMINAL_H

/*
 * Finds the terminal of the program that holds a socket, by searching all our
 * processes; the helper does it, as it may inspect them.
 */

#include <stdint.h>

#include "broker/notify/terminal.h"
#include "net/runtime/helper.h"
#include "net/runtime/loop.h"

struct find_terminal {
	/* Called once, from the loop; "" if none was found. */
	void (*fn)(void *arg, const char *terminal);
	void *arg;
	/* private: */
	struct helper_wait wait;
	struct loop *loop; /* without a helper; NULL when idle */
	struct loop_timer timer;
	uint64_t inode;
};

/* inode: the socket's. */
void find_terminal_begin(
    struct find_terminal *s, struct loop *loop, uint64_t inode);

/* Safe on a zeroed struct, and when it is over. */
void find_terminal_stop(struct find_terminal *s);

/* Searches in this process: takes milliseconds, or forever if a process
 * hangs. */
void find_terminal_look(uint64_t inode, char terminal[TERMINAL_PATH]);

#endif
