#ifndef MAIRU_BROKER_FILES_CHILD_H
#define MAIRU_BROKER_FILES_CHILD_H

/*
 * The child that reads and writes the user's files.  It takes questions from a
 * socket, one at a time, and answers them.  It may hang in a file system
 * forever; nothing else may.
 */

/* Signals readiness by an empty WIRE_OK, then serves until the other end
 * closes.  Returns the exit status. */
int files_child_run(int fd);

#endif
