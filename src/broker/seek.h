#ifndef MAIRU_BROKER_SEEK_H
#define MAIRU_BROKER_SEEK_H

/*
 * Looking for the terminal of the program that holds a socket: through all
 * processes of ours, a few at each turn of the loop.
 */

#include <dirent.h>
#include <stdint.h>
#include <sys/types.h>

#include "broker/loop.h"

struct seek {
	/* Called once, from the loop; "" when there is none to be found. */
	void (*fn)(void *arg, const char *terminal);
	void *arg;
	/* the seek's: */
	struct loop *loop; /* NULL when idle */
	struct loop_timer timer;
	DIR *processes, *files;
	pid_t pid; /* whose files */
	char socket[32];
};

/* inode: the socket's. */
void seek_begin(struct seek *s, struct loop *loop, uint64_t inode);

/* Safe on a zeroed one, and when it is over. */
void seek_stop(struct seek *s);

#endif
