#ifndef MAIRU_FRONT_CLIENT_BROKER_END_H
#define MAIRU_FRONT_CLIENT_BROKER_END_H

/*
 * Ends the broker, and with it everything it holds; the keeper of its port gets
 * a new key, or ends too.
 */

#include "base/core/err.h"

/* Asks it to end, and kills it if it does not respond; returns once its socket
 * is gone.  If no broker runs, says so; that is no error.  The tokens that
 * programs hold are then worthless, unless the broker was another version. */
int broker_end(int keeper_too, struct err *e) MUST_CHECK;

#endif
