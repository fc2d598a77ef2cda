#ifndef MAIRU_BROKER_STS_ERRORS_H
#define MAIRU_BROKER_STS_ERRORS_H

/*
 * STS, one module in two files: sts.c asks and takes a yes, errors.c a no.
 */

#include "broker/sts/sts.h"

/* What an answer means that is no 200: an error, STS_CLOCK or STS_SOURCE.  hop
 * NULL: it was no role that was asked for. */
int sts_refused(const struct sts_at *at, const struct hop *hop, const char *by,
    const struct http_answer *a, struct err *e) MUST_CHECK;

#endif
