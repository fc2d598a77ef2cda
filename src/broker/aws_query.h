#ifndef MAIRU_BROKER_AWS_QUERY_H
#define MAIRU_BROKER_AWS_QUERY_H

/*
 * A request of AWS's Query protocol: a form that is posted, and signed.
 */

#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "broker/credential.h"
#include "broker/http.h"

struct aws_query {
	const char *service; /* to sign for */
	const char *url;     /* "https://HOST[:PORT][/PATH]" */
	const char *region;
	int64_t now; /* by the service's clock */
};

/* Appends "key=value", behind a & where one belongs; a value that is NULL is
 * left out. */
void aws_query_add(struct buf *body, const char *key, const char *value);

/* Says where the ask goes, whose body is filled, and signs it.  An error
 * releases it. */
int aws_query_sign(const struct aws_query *q, const struct credential *by,
    struct http_ask *ask, struct err *e) MUST_CHECK;

#endif
