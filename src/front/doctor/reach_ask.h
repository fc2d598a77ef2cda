#ifndef MAIRU_FRONT_DOCTOR_REACH_ASK_H
#define MAIRU_FRONT_DOCTOR_REACH_ASK_H

/*
 * Asks the broker which hosts of the servers it reaches: of all of them at
 * once, within a deadline.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/config/servers.h"
#include "base/core/err.h"
#include "base/core/url.h"

struct reached {
	const char *server; /* its id, borrowed from the servers */
	char url[URL_MAX + 1];
	unsigned status;  /* of HTTP; 0: there was no answer */
	int64_t ahead;	  /* WIRE_AHEAD_UNKNOWN, or of its clock */
	char why[1024];	  /* it is not reached; "" when it is */
	int names_itself; /* of one of a server's: RFC 9207 */
};

/* Of those servers that can be used; chain is asked about with the server that
 * has that id (NULL: with none).  Starts a broker if none runs.  *out, of *n,
 * is the caller's to free.  An error is one of the broker's; what fails for
 * one server alone is in its `why`. */
int reach_ask(const struct servers *s, const char *id, const char *chain,
    struct reached **out, size_t *n, struct err *e) MUST_CHECK;

#endif
