#ifndef MAIRU_BROKER_FILES_SUM_H
#define MAIRU_BROKER_FILES_SUM_H

/*
 * Whether servers.d has changed, without reading its files.
 */

#include "base/core/hash.h"

/* Hashes everything about the directory that an edit changes.  0: no later
 * change can leave the sum the same; otherwise one might, or it is unknown. */
int files_sum(unsigned char sum[HASH_SHA256]);

#endif
