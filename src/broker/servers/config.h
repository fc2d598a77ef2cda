#ifndef MAIRU_BROKER_SERVERS_CONFIG_H
#define MAIRU_BROKER_SERVERS_CONFIG_H

/*
 * What holds for the broker's own connections: broker.json, and the proxy
 * variables of the environment that it was started in.
 */

#include "base/config/settings.h"
#include "base/core/buf.h"
#include "base/core/err.h"

struct config;
struct files;

/* Nothing is loaded yet.  NULL when out of memory. */
struct config *config_new(void);
void config_free(struct config *c);

/* Who reads it from now on; at first it is done here. */
void config_through(struct config *c, struct files *files);

/* Reads broker.json (again).  On an error what held before still holds. */
int config_load(struct config *c, struct err *e) MUST_CHECK;

/* Borrowed until the next config_load(). */
const struct settings *config_settings(const struct config *c);

/* Appends the settings as one JSON object, the proxy variables as its member
 * "environment", user names and passwords of URLs left out. */
void config_shown(const struct config *c, struct buf *out);

#endif
