#ifndef MAIRU_BROKER_SERVERS_METADATA_H
#define MAIRU_BROKER_SERVERS_METADATA_H

/*
 * Asking a server for the document in which it says what it is, at each place
 * where that may lie, one after another.
 */

#include "base/core/err.h"
#include "broker/kinds/provider.h"
#include "net/http/http.h"

struct metadata;

/* Begins to ask.  done is called once, as of http_start(), with the first
 * answer that is no 404, or the last one; it is over then.  ERR_NOT_FOUND:
 * this kind of server has no such document.  What is borrowed is so for this
 * call alone, but for http. */
int metadata_start(struct http *http, const struct provider *p,
    const struct provider_at *at, http_done *done, void *arg,
    struct metadata **m, struct err *e) MUST_CHECK;

/* done is not called any more; safe on NULL. */
void metadata_cancel(struct metadata *m);

#endif
