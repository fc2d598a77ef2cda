#ifndef MAIRU_BASE_CONFIG_REGION_H
#define MAIRU_BASE_CONFIG_REGION_H

/*
 * Names of AWS regions, which become host name labels.
 */

#include <stddef.h>

#define REGION_WANTED "a region such as \"eu-west-1\""

/* A lower-case letter, then letters, digits and single dashes, not ending in a
 * dash; at most 63 in all.  Checks the form only: we keep no list of
 * regions. */
int region_is(const char *s, size_t len);

#endif
