#ifndef MAIRU_BROKER_SERVERS_METADATA_H
#define MAIRU_BROKER_SERVERS_METADATA_H

/*
 * Fetches a server's metadata document, trying each possible location in turn.
 */

#include "base/core/err.h"
#include "broker/kinds/provider.h"
#include "net/http/http.h"

struct metadata;

/* Starts fetching.  Calls done once, as http_start() does, with the first
 * answer other than 404, or the last one; *m is then gone.  ERR_NOT_FOUND: this
 * kind of server has no such document.  All arguments but http are borrowed for
 * this call only. */
int metadata_start(struct http *http, const struct provider *p,
    const struct provider_at *at, http_done *done, void *arg,
    struct metadata **m, struct err *e) MUST_CHECK;

/* done is no longer called; safe on NULL. */
void metadata_cancel(struct metadata *m);

#endif
