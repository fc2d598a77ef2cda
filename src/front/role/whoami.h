#ifndef MAIRU_FRONT_ROLE_WHOAMI_H
#define MAIRU_FRONT_ROLE_WHOAMI_H

/*
 * Whom AWS takes credentials for, as the broker tells it.
 */

#include <stdint.h>

#include "base/core/buf.h"
#include "base/core/err.h"
#include "base/core/wire.h"
#include "front/servers/target.h"

enum {
	WHOAMI_NAME = 2049, /* of a server or a role, its NUL included */
	WHOAMI_ARN = 4097,
	WHOAMI_ACCOUNT = 64,
	WHOAMI_ALIAS = 64,
};

struct whoami {
	char server[WHOAMI_NAME], role[WHOAMI_NAME];
	char account[WHOAMI_ACCOUNT], arn[WHOAMI_ARN];
	char alias[WHOAMI_ALIAS]; /* "" when there is none to be told */
	int64_t expires;	  /* seconds since 1970 */
};

/* Takes the answer to WIRE_WHOAMI apart. */
int whoami_read(
    struct whoami *w, const struct wire_frame *f, struct err *e) MUST_CHECK;

/* Appends it for a person: a line each, sanitised, the time in local time. */
void whoami_text(struct buf *b, const struct whoami *w);

/* Appends it as an object, with the config from which the role is (or NULL). */
void whoami_json(struct buf *b, const struct whoami *w, const char *config);

/* Says so when programs of this shell get another role than that of the config
 * which was asked about: a config does not say what they get. */
void whoami_say_other(const struct target *t);

#endif
