#ifndef MAIRU_FRONT_ROLE_LISTING_H
#define MAIRU_FRONT_ROLE_LISTING_H

/*
 * The roles that one may have, of every server that is configured, printed as
 * they come.  A server that does not answer does not hold up the others: they
 * are asked ahead, before it is their turn.
 */

#include "front/role/role_format.h"

/* Prints them, or with an id or URL those of one server, and starts a broker
 * where none runs.  Servers without a login, and files that cannot be used, are
 * named on standard error; who waits for long is told what for.  fresh: nothing
 * that the broker remembers.
 *
 * An exit code: that of the first failure, and EXIT_LOGIN when there is no
 * login at all. */
int listing_print(enum role_format_kind kind, const char *server, int fresh);

#endif
