#ifndef MAIRU_FRONT_ROLE_WHOAMI_H
#define MAIRU_FRONT_ROLE_WHOAMI_H

/*
 * Whom AWS takes credentials for, as the broker tells it: the answer to
 * WIRE_WHOAMI.
 */

#include "base/core/buf.h"
#include "base/protocol/message.h"
#include "front/servers/target.h"

/* Appends it for a person: a line each, sanitised, the time in local time. */
void whoami_text(struct buf *b, const struct message *w);

/* Appends it as an object, with the config from which the role is (or NULL). */
void whoami_json(struct buf *b, const struct message *w, const char *config);

/* Says so when programs of this shell get another role than that of the config
 * which was asked about: a config does not say what they get. */
void whoami_say_other(const struct target *t);

#endif
