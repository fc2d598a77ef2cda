#ifndef MAIRU_BROKER_HELPER_CHILD_H
#define MAIRU_BROKER_HELPER_CHILD_H

/*
 * The helper itself, as two processes: one that serves the broker's requests,
 * and a parent that only restarts it, since the broker may not start processes.
 * Both exit when the broker closes its end of the socket.
 *
 *  - Malformed messages are dropped.
 *  - Work that may hang (on other processes' files) runs in a child of its own,
 *    so that later requests need not wait; the number of children is limited.
 */

/* fd: our end of the socket.  Returns the exit status. */
int helper_child_run(int fd);

#endif
