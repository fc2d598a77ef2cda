#ifndef MAIRU_NET_AWS_SIGV4_H
#define MAIRU_NET_AWS_SIGV4_H

/*
 * AWS Signature Version 4, which authenticates requests.  Pure functions;
 * derived keys are wiped.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/core/buf.h"
#include "base/core/err.h"

enum {
	SIGV4_MAX_HEADERS = 16,
	SIGV4_MAX_PARAMETERS = 128,
	SIGV4_MAX_TEXT = 64 * 1024, /* of the canonical request */
};

struct sigv4_header {
	const char *name, *value;
};

/* All borrowed. */
struct sigv4_request {
	const char *method;
	const char *path;  /* as sent; "" is "/" */
	const char *query; /* as sent, without the ?; "" for none */
	/* All are signed; must include host and date. */
	const struct sigv4_header *headers;
	size_t n_headers;
	const void *body;
	size_t body_len;
};

struct sigv4_scope {
	int64_t now; /* seconds since 1970, as in X-Amz-Date */
	const char *region, *service;
};

/* "20150830T123600Z"; the value of X-Amz-Date. */
#define SIGV4_TIME 17
void sigv4_time(int64_t now, char out[SIGV4_TIME]);

/* Appends the value of Authorization.  secret_key is not NUL-terminated.
 * ERR_LIMIT: too many headers or parameters, or too much text; ERR_NOMEM. */
int sigv4_authorization(const struct sigv4_request *r,
    const struct sigv4_scope *scope, const char *key_id, const char *secret_key,
    size_t secret_len, struct buf *out, struct err *e) MUST_CHECK;

/* Its intermediate steps, as in the published test vectors. */
int sigv4_canonical(
    const struct sigv4_request *r, struct buf *out, struct err *e) MUST_CHECK;
void sigv4_string(const struct sigv4_scope *scope, const void *canonical,
    size_t len, struct buf *out);

#endif
