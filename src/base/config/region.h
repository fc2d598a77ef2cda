#ifndef MAIRU_BASE_CONFIG_REGION_H
#define MAIRU_BASE_CONFIG_REGION_H

/*
 * Names of AWS regions, which become labels of host names.
 */

#include <stddef.h>

#define REGION_WANTED "a region such as \"eu-west-1\""

/* A lower-case letter, then letters, digits and single dashes, none of them
 * last; at most 63 in all.  Which regions there are, AWS alone knows. */
int region_is(const char *s, size_t len);

#endif
