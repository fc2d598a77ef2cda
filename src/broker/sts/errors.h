#ifndef MAIRU_BROKER_STS_ERRORS_H
#define MAIRU_BROKER_STS_ERRORS_H

/*
 * STS, one module in two files: sts.c writes requests and parses successful
 * answers, errors.c the others.
 */

#include "broker/sts/sts.h"

/* The meaning of an answer other than 200: an error, STS_CLOCK or STS_SOURCE.
 * hop NULL: the request was not for a role. */
int sts_refused(const struct sts_at *at, const struct hop *hop, const char *by,
    const struct http_answer *a, struct err *e) MUST_CHECK;

#endif
