#ifndef MAIRU_FRONT_CLIENT_SETTING_H
#define MAIRU_FRONT_CLIENT_SETTING_H

/*
 * Changes a broker setting: saves it in broker.json, and has a running broker
 * apply it.
 */

#include "base/config/settings.h"
#include "base/core/err.h"

/* value NULL: unsets it.  Warns if a saved change may surprise: if the broker
 * could not be told (which is an error too), or if a CA bundle can't be read.
 */
int setting_change(struct settings *s, enum settings_key key, const char *value,
    struct err *e) MUST_CHECK;

#endif
