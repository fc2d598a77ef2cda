#ifndef MAIRU_BROKER_FILES_SUM_H
#define MAIRU_BROKER_FILES_SUM_H

/*
 * Whether servers.d has changed, without reading its files.
 */

#include "base/core/hash.h"

/* Sums up all of the directory that an edit changes.  0: its files can't have
 * changed since without changing the sum; else they may have, or it can't be
 * told. */
int files_sum(unsigned char sum[HASH_SHA256]);

#endif
