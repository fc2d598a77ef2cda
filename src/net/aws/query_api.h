#ifndef MAIRU_NET_AWS_QUERY_API_H
#define MAIRU_NET_AWS_QUERY_API_H

/*
 * A request of AWS's Query protocol: a form that is posted, and signed.
 */

#include <stdint.h>

#include "base/core/buf.h"
#include "base/core/err.h"
#include "net/aws/credential.h"
#include "net/http/http.h"

struct query_api {
	const char *service; /* to sign for */
	const char *url;     /* "https://HOST[:PORT][/PATH]" */
	const char *region;
	int64_t now; /* by the service's clock */
};

/* Appends "key=value", behind a & where one belongs; a value that is NULL is
 * left out. */
void query_api_add(struct buf *body, const char *key, const char *value);

/* Says where the ask goes, whose body is filled, and signs it.  An error
 * releases it. */
int query_api_sign(const struct query_api *q, const struct credential *by,
    struct http_ask *ask, struct err *e) MUST_CHECK;

#endif
