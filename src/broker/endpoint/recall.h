#ifndef MAIRU_BROKER_ENDPOINT_RECALL_H
#define MAIRU_BROKER_ENDPOINT_RECALL_H

/*
 * Tokens that a broker before this one has given: each names its config, and
 * is worth what it was if that is still trusted and still says the same.
 *
 * Only a config that such a token was made for is ever looked at
 * (broker/grants/token.h), and of one that is no good nothing is told.
 */

#include "broker/grants/grant.h"
#include "broker/trust/checker.h"

struct recalls;

/* Does not own what it is given; NULL when there is no memory. */
struct recalls *recalls_new(struct checker *checker, struct grants *grants);
void recalls_free(struct recalls *r);

/* Whether recalls_ask() would ask. */
int recalls_may(const struct recalls *r, const char *text);

/* 1 when this token, which no grant has, may be one: w->fn is called from the
 * loop, as that of checker_ask(), and grants_find_bearer() says then whether it
 * is; unless the verdict is CHECK_LATE, when nobody knows.  0: it is none.
 * ERR_BUSY: it may be one, but there is no room to look. */
int recalls_ask(struct recalls *r, const char *text, struct check_wait *w);

#endif
