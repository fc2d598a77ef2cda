#ifndef MAIRU_BROKER_ENDPOINT_RECALL_H
#define MAIRU_BROKER_ENDPOINT_RECALL_H

/*
 * Tokens issued by an earlier broker.  Each names its config, and is still
 * valid if that is still trusted and unchanged.
 *
 * Only a config that such a token was made for is ever read
 * (broker/grants/token.h), and nothing is said about one that is not valid.
 */

#include "broker/grants/grant.h"
#include "broker/trust/checker.h"

struct recalls;

/* Borrows its arguments; NULL when out of memory. */
struct recalls *recalls_new(struct checker *checker, struct grants *grants);
void recalls_free(struct recalls *r);

/* Whether recalls_ask() would ask. */
int recalls_may(const struct recalls *r, const char *text);

/* 1 if this token, which no grant has, may be one: w->fn is called from the
 * loop, as by checker_ask(); grants_find_bearer() then tells whether it is,
 * unless the verdict is CHECK_LATE (unknown).  0: it is not.  ERR_BUSY: it may
 * be, but there is no room for another lookup. */
int recalls_ask(struct recalls *r, const char *text, struct check_wait *w);

#endif
