#ifndef MAIRU_FRONT_SIGNIN_REDIRECT_FILE_H
#define MAIRU_FRONT_SIGNIN_REDIRECT_FILE_H

/*
 * A page of this user's alone that leads on to the address of a login.  What a
 * browser is started with stands in its command line, for every user of the
 * machine to read: then that is the name of this file, and no address.
 */

#include <limits.h>

#include "base/core/buf.h"
#include "base/core/err.h"

struct door_file {
	char path[PATH_MAX]; /* "" while there is none */
};

/* Makes it beside the broker's socket, in a directory that is checked to be
 * this user's alone; for an address without quotes and blanks. */
int door_file_make(struct door_file *d, const char *socket, const char *url,
    struct err *e) MUST_CHECK;

/* Appends its file:// URL. */
void door_file_url(const struct door_file *d, struct buf *out);

/* Safe when there is none. */
void door_file_remove(struct door_file *d);

#endif
