#ifndef MAIRU_FRONT_CLIENT_SETTING_H
#define MAIRU_FRONT_CLIENT_SETTING_H

/*
 * A setting of the broker as it changes: saved in broker.json, and taken over
 * by a broker that runs.
 */

#include "base/config/settings.h"
#include "base/core/err.h"

/* value NULL: the setting is unset.  Says what may surprise of a change that is
 * saved: that the broker could not be told, which is an error all the same, or
 * that a bundle of CAs can't be read. */
int setting_change(struct settings *s, enum settings_key key, const char *value,
    struct err *e) MUST_CHECK;

#endif
