#ifndef MAIRU_BROKER_FILES_CHILD_H
#define MAIRU_BROKER_FILES_CHILD_H

/*
 * The child that reads and writes the user's files: takes one question after
 * another from a socket, looks, and answers.  It may hang in a file system for
 * ever; nothing else may.
 */

/* Says that it is ready by an empty WIRE_OK, then serves until the other end
 * closes.  Returns the exit status. */
int files_child_run(int fd);

#endif
