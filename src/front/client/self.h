#ifndef MAIRU_FRONT_CLIENT_SELF_H
#define MAIRU_FRONT_CLIENT_SELF_H

/*
 * The path of this program for others to run: a hook, an AWS config file.
 */

#include <limits.h>

#include "base/core/err.h"

/* Absolute.  As found through the user's PATH if that leads to this program,
 * else its real location. */
int self_path(char out[PATH_MAX], struct err *e) MUST_CHECK;

/* 1 if the first mairu on PATH is this program; 0 if it is another one, or
 * there is none.  Stores its path, or "", in `first`. */
int self_on_path(char first[PATH_MAX]);

#endif
