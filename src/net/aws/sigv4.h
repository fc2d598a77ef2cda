#ifndef MAIRU_NET_AWS_SIGV4_H
#define MAIRU_NET_AWS_SIGV4_H

/*
 * AWS Signature Version 4: what a request has to carry to be from somebody.
 * Pure; the keys that are derived on the way are wiped.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/core/buf.h"
#include "base/core/err.h"

enum {
	SIGV4_MAX_HEADERS = 16,
	SIGV4_MAX_PARAMETERS = 128,
	SIGV4_MAX_TEXT = 64 * 1024, /* of a request's canonical form */
};

struct sigv4_header {
	const char *name, *value;
};

/* All borrowed. */
struct sigv4_request {
	const char *method;
	const char *path;  /* as it is sent; "" is "/" */
	const char *query; /* as it is sent, without its ?; "" for none */
	/* All of them are signed, the host and the date among them. */
	const struct sigv4_header *headers;
	size_t n_headers;
	const void *body;
	size_t body_len;
};

struct sigv4_scope {
	int64_t now; /* seconds since 1970: that of X-Amz-Date */
	const char *region, *service;
};

/* "20150830T123600Z"; what X-Amz-Date has to say. */
#define SIGV4_TIME 17
void sigv4_time(int64_t now, char out[SIGV4_TIME]);

/* Appends the value of Authorization.  secret_key is not NUL-terminated.
 * ERR_LIMIT: too many headers or parameters, or too much text; ERR_NOMEM. */
int sigv4_authorization(const struct sigv4_request *r,
    const struct sigv4_scope *scope, const char *key_id, const char *secret_key,
    size_t secret_len, struct buf *out, struct err *e) MUST_CHECK;

/* The steps of it, as the published vectors have them. */
int sigv4_canonical(
    const struct sigv4_request *r, struct buf *out, struct err *e) MUST_CHECK;
void sigv4_string(const struct sigv4_scope *scope, const void *canonical,
    size_t len, struct buf *out);

#endif
