#ifndef MAIRU_FRONT_ROLE_LISTING_H
#define MAIRU_FRONT_ROLE_LISTING_H

/*
 * The roles available to the user on every configured server, printed as they
 * arrive.  A server that does not answer does not hold up the others: servers
 * are asked ahead of their turn.
 */

#include "front/role/role_format.h"

/* Prints them, or those of one server by id or URL; starts a broker if none
 * runs.  Servers without a login, and unusable files, are named on standard
 * error; long waits are explained.  fresh: ignore what the broker remembers.
 *
 * Returns an exit code: that of the first failure; EXIT_LOGIN if there is no
 * login at all. */
int listing_print(enum role_format_kind kind, const char *server, int fresh);

#endif
