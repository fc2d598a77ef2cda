#ifndef MAIRU_FRONT_SERVERS_SERVER_CHECK_H
#define MAIRU_FRONT_SERVERS_SERVER_CHECK_H

/*
 * What a person has to mend before a server among those configured can be
 * used.
 */

#include <stddef.h>

#include "base/config/servers.h"
#include "base/core/err.h"

enum server_check {
	SERVER_USABLE,
	SERVER_FAULTY,	  /* and the file says why */
	SERVER_AMBIGUOUS, /* e says what with */
	SERVER_MENTIONED, /* the same, of one before it */
};

/* Fills e: none is configured.  Returns ERR_NOT_FOUND. */
int server_none(struct err *e);

enum server_check server_check(
    const struct servers *s, size_t i, struct err *e);

#endif
