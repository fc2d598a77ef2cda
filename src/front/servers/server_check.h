#ifndef MAIRU_FRONT_SERVERS_SERVER_CHECK_H
#define MAIRU_FRONT_SERVERS_SERVER_CHECK_H

/*
 * What the user has to fix before a configured server can be used.
 */

#include <stddef.h>

#include "base/config/servers.h"
#include "base/core/err.h"

enum server_check {
	SERVER_USABLE,
	SERVER_FAULTY,	  /* its `fault` says why */
	SERVER_AMBIGUOUS, /* e says with which one */
	SERVER_MENTIONED, /* the same, already reported with an earlier one */
};

/* Fills e: no server is configured.  Returns ERR_NOT_FOUND. */
int server_none(struct err *e);

enum server_check server_check(
    const struct servers *s, size_t i, struct err *e);

#endif
