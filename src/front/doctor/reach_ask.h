#ifndef MAIRU_FRONT_DOCTOR_REACH_ASK_H
#define MAIRU_FRONT_DOCTOR_REACH_ASK_H

/*
 * Asks the broker which of the servers' hosts it can reach: all at once, within
 * a deadline.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/config/servers.h"
#include "base/core/err.h"
#include "base/core/url.h"

struct reached {
	const char *server; /* its id, borrowed from the servers */
	char url[URL_MAX + 1];
	unsigned status;  /* HTTP status; 0: no answer */
	int64_t ahead;	  /* clock offset, or WIRE_AHEAD_UNKNOWN */
	char why[1024];	  /* why it can't be reached; "" if it can */
	int names_itself; /* of one of a server's: RFC 9207 */
};

/* Asks about the usable servers; chain goes with the server that has this id
 * (NULL: with none).  Starts a broker if none runs.  The caller frees *out, an
 * array of *n.  Errors are the broker's; a failure of one server alone is in
 * its `why`. */
int reach_ask(const struct servers *s, const char *id, const char *chain,
    struct reached **out, size_t *n, struct err *e) MUST_CHECK;

#endif
