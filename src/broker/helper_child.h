#ifndef MAIRU_BROKER_HELPER_CHILD_H
#define MAIRU_BROKER_HELPER_CHILD_H

/*
 * The helper itself, as two processes: one that does what the broker asks for,
 * and a parent that does nothing but start it again, since the broker may start
 * nothing.  Both end when the broker closes its end of the socket.
 *
 *  - A message that is not to the letter is dropped.
 *  - What may hang (other processes' files) is done by a child of its own, so
 *    that what comes after need not wait, and only so many are made.
 */

/* fd: our end.  Returns the exit status. */
int helper_child_run(int fd);

#endif
