#ifndef MAIRU_FRONT_AWS_PROFILE_H
#define MAIRU_FRONT_AWS_PROFILE_H

/*
 * The profile in the AWS config file that makes SDKs ask mairu for credentials.
 */

#include <limits.h>

#include "base/core/buf.h"
#include "base/core/err.h"
#include "front/aws/awsconf.h"

struct profile {
	const char *name;    /* borrowed */
	char path[PATH_MAX]; /* of the config file */
	struct buf shown;    /* the same, for display */
	struct buf diff;     /* the change to it, sanitised lines */
	/* its own: */
	struct buf command, old, new;
};

/* Chooses its place; ERR_USAGE if it can't have that name.  Release *p whatever
 * the result. */
int profile_place(
    struct profile *p, const char *name, struct err *e) MUST_CHECK;

/* Computes the change.  program: the path of mairu for SDKs to run.  1: there
 * is a change; 0: already as wanted.  ERR_REFUSED: other settings of the
 * profile would win over it; ERR_FORMAT, ERR_LIMIT: the program's path can't be
 * written in a config file, or the file would be too large. */
int profile_compose(
    struct profile *p, const char *program, struct err *e) MUST_CHECK;

/* Writes it.  ERR_FOREIGN: the file has changed since. */
int profile_write(struct profile *p, struct err *e) MUST_CHECK;
void profile_release(struct profile *p);

#endif
