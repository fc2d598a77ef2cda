#ifndef MAIRU_FRONT_ROLE_WHOAMI_H
#define MAIRU_FRONT_ROLE_WHOAMI_H

/*
 * Whose credentials they are according to AWS, as told by the broker: the
 * answer to WIRE_WHOAMI.
 */

#include "base/core/buf.h"
#include "base/protocol/message.h"
#include "front/servers/target.h"

/* Appends it as text: one item per line, sanitised, in local time. */
void whoami_text(struct buf *b, const struct message *w);

/* Appends it as an object, with the config that gave the role (or NULL). */
void whoami_json(struct buf *b, const struct message *w, const char *config);

/* Warns if programs in this shell get a role other than that of the config
 * asked about: a config does not determine what they get. */
void whoami_say_other(const struct target *t);

#endif
