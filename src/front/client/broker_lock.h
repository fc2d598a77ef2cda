#ifndef MAIRU_FRONT_CLIENT_BROKER_LOCK_H
#define MAIRU_FRONT_CLIENT_BROKER_LOCK_H

/*
 * The lock next to the broker's socket: held by a live broker, responding or
 * not.
 */

#include <sys/types.h>

/* 1 if it is held. */
int broker_lock_is_there(const char *sock);

/* The pid that the holder recorded; 0 if not held, or none was recorded. */
pid_t broker_lock_pid(const char *sock);

#endif
