#ifndef MAIRU_BROKER_SERVERS_CONFIG_H
#define MAIRU_BROKER_SERVERS_CONFIG_H

/*
 * Settings for the broker's own connections: broker.json, and the proxy
 * variables of the environment it was started in.
 */

#include "base/config/settings.h"
#include "base/core/buf.h"
#include "base/core/err.h"

struct config;
struct files;

/* Nothing is loaded yet.  NULL when out of memory. */
struct config *config_new(void);
void config_free(struct config *c);

/* From now on reads through files; initially the file is read directly. */
void config_through(struct config *c, struct files *files);

/* (Re)reads broker.json.  On error the previous settings stay in effect. */
int config_load(struct config *c, struct err *e) MUST_CHECK;

/* Borrowed until the next config_load(). */
const struct settings *config_settings(const struct config *c);

/* Appends the settings as one JSON object, with the proxy variables as its
 * member "environment", and without user names and passwords in URLs. */
void config_shown(const struct config *c, struct buf *out);

#endif
