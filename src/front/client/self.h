#ifndef MAIRU_FRONT_CLIENT_SELF_H
#define MAIRU_FRONT_CLIENT_SELF_H

/*
 * The path by which others are told to run this program: a hook, an AWS
 * config file.
 */

#include <limits.h>

#include "base/core/err.h"

/* Absolute.  The way by which the user's PATH reaches this program where it
 * does, else where it lies. */
int self_path(char out[PATH_MAX], struct err *e) MUST_CHECK;

/* 1 when the first mairu of PATH is this program; 0 when it is another one,
 * or there is none.  Its path into `first`, or "". */
int self_on_path(char first[PATH_MAX]);

#endif
