#ifndef MAIRU_FRONT_ROLE_CREDENTIALS_H
#define MAIRU_FRONT_ROLE_CREDENTIALS_H

/*
 * AWS credentials passing through this process: to a shell in static mode, to a
 * command, or to the caller of credential-process.  They MUST be wiped once
 * they are handed on.
 */

#include <stdint.h>

#include "base/core/buf.h"
#include "base/core/err.h"
#include "base/protocol/message.h"
#include "front/terminal/when.h"

enum {
	CREDENTIALS_ID = 256,
	CREDENTIALS_SECRET = 256,
	CREDENTIALS_TOKEN = 9 * 1024, /* the broker refuses longer ones */
};

struct credentials {
	char id[CREDENTIALS_ID], secret[CREDENTIALS_SECRET],
	    token[CREDENTIALS_TOKEN];
	char expiration[WHEN_UTC];
	int64_t expires, renew_at; /* seconds since 1970 */
};

/* Takes over the answer to WIRE_ROLE, WIRE_TOKEN or WIRE_PROJECT.  On error, *k
 * is wiped. */
int credentials_take(
    struct credentials *k, const struct message *m, struct err *e) MUST_CHECK;

/* Appends the object that SDKs expect from a credential_process, on a line. */
void credentials_json(const struct credentials *k, struct buf *b);

void credentials_wipe(struct credentials *k);

#endif
