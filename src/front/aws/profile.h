#ifndef MAIRU_FRONT_AWS_PROFILE_H
#define MAIRU_FRONT_AWS_PROFILE_H

/*
 * The profile in the AWS config file by which SDKs ask mairu for credentials.
 */

#include <limits.h>

#include "base/core/buf.h"
#include "base/core/err.h"
#include "front/aws/awsconf.h"

struct profile {
	const char *name;    /* borrowed */
	char path[PATH_MAX]; /* of the config file */
	struct buf shown;    /* the same for a person */
	struct buf diff;     /* what changes in it, sanitised lines */
	/* its own: */
	struct buf command, old, new;
};

/* Where it is to stand; ERR_USAGE when it can't have that name.  Whatever the
 * result, *p is to be released. */
int profile_place(
    struct profile *p, const char *name, struct err *e) MUST_CHECK;

/* Finds what changes.  program: the path by which SDKs are to run mairu.  1:
 * there is a change; 0: the file says so already.  ERR_REFUSED: other settings
 * of that profile would win over it; ERR_FORMAT, ERR_LIMIT: a config file can't
 * name the program, or can't hold more. */
int profile_compose(
    struct profile *p, const char *program, struct err *e) MUST_CHECK;

/* Writes it.  ERR_FOREIGN: the file was changed meanwhile. */
int profile_write(struct profile *p, struct err *e) MUST_CHECK;
void profile_release(struct profile *p);

#endif
