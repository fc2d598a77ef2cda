#ifndef MAIRU_NET_AWS_QUERY_API_H
#define MAIRU_NET_AWS_QUERY_API_H

/*
 * A request in AWS's Query protocol: a signed POST of a form.
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

/* Appends "key=value", after a & if needed; no effect if value is NULL. */
void query_api_add(struct buf *body, const char *key, const char *value);

/* Sets the URL and headers of an ask whose body is filled, and signs it.
 * Releases it on error. */
int query_api_sign(const struct query_api *q, const struct credential *by,
    struct http_ask *ask, struct err *e) MUST_CHECK;

#endif
