#ifndef MAIRU_FRONT_ROLE_CREDENTIALS_H
#define MAIRU_FRONT_ROLE_CREDENTIALS_H

/*
 * AWS credentials on their way through this process: to a shell in static
 * mode, to a command, or to who called credential-process.  They MUST be wiped
 * once they are handed on.
 */

#include <stdint.h>

#include "base/core/buf.h"
#include "base/core/err.h"
#include "base/protocol/message.h"
#include "front/terminal/when.h"

enum {
	CREDENTIALS_ID = 256,
	CREDENTIALS_SECRET = 256,
	CREDENTIALS_TOKEN =
	    9 * 1024, /* the broker takes none that are longer */
};

struct credentials {
	char id[CREDENTIALS_ID], secret[CREDENTIALS_SECRET],
	    token[CREDENTIALS_TOKEN];
	char expiration[WHEN_UTC];
	int64_t expires, renew_at; /* seconds since 1970 */
};

/* Takes the answer to WIRE_ROLE, WIRE_TOKEN or WIRE_PROJECT over.  On an error
 * *k is wiped. */
int credentials_take(
    struct credentials *k, const struct message *m, struct err *e) MUST_CHECK;

/* Appends the object that SDKs take of a credential_process, in a line. */
void credentials_json(const struct credentials *k, struct buf *b);

void credentials_wipe(struct credentials *k);

#endif
