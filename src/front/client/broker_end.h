#ifndef MAIRU_FRONT_CLIENT_BROKER_END_H
#define MAIRU_FRONT_CLIENT_BROKER_END_H

/*
 * The end of the broker, and with it of all that it holds; the keeper of its
 * port gets another key, or ends too.
 */

#include "base/core/err.h"

/* Asks it to end, and kills one that does not answer; returns when its socket
 * is gone.  That no broker runs is said, and is no error.  From then on the
 * tokens that programs have are worth nothing, unless the broker was of another
 * version. */
int broker_end(int keeper_too, struct err *e) MUST_CHECK;

#endif
