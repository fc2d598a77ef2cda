#ifndef MAIRU_FRONT_SIGNIN_REDIRECT_FILE_H
#define MAIRU_FRONT_SIGNIN_REDIRECT_FILE_H

/*
 * A private page that redirects to a login's address.  Command lines are
 * readable by every user of the machine: so the browser is started with the
 * name of this file, not with the address.
 */

#include <limits.h>

#include "base/core/buf.h"
#include "base/core/err.h"

struct door_file {
	char path[PATH_MAX]; /* "" if none */
};

/* Creates it next to the broker's socket, in a directory verified to be private
 * to this user; the address must have no quotes or blanks. */
int door_file_make(struct door_file *d, const char *socket, const char *url,
    struct err *e) MUST_CHECK;

/* Appends its file:// URL. */
void door_file_url(const struct door_file *d, struct buf *out);

/* Safe if there is none. */
void door_file_remove(struct door_file *d);

#endif
