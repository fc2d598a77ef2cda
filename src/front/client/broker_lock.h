#ifndef MAIRU_FRONT_CLIENT_BROKER_LOCK_H
#define MAIRU_FRONT_CLIENT_BROKER_LOCK_H

/*
 * Who holds the lock beside the broker's socket: a broker that lives, whether
 * it answers or not.
 */

#include <sys/types.h>

/* 1 when somebody holds it. */
int broker_lock_is_there(const char *sock);

/* The pid that the holder has noted; 0 when there is none, or it noted none. */
pid_t broker_lock_pid(const char *sock);

#endif
