#ifndef MAIRU_BROKER_GRANT_H
#define MAIRU_BROKER_GRANT_H

/*
 * Grants: whoever holds a grant's token gets the credentials of its role, for
 * as long as the trust that it came from stands.
 *
 *  - A token is 256 random bits and lies in the slab.
 *  - The same project (config, digest, server, role and chain) has the same
 *    token, whoever asks.
 *  - A token is found by its hash, so that the time it takes tells nothing
 *    about the tokens there are.
 *  - A check that says "not trusted" revokes the grant.
 */

#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/slab.h"
#include "broker/checker.h"
#include "broker/request.h"

enum {
	GRANT_TOKEN = 32,
	GRANT_MAX = 1024, /* the one unused for longest goes */
};

struct grant;
struct grants;
struct log;

/* Does not own what it is given. */
int grants_new(struct grants **g, struct slab *slab, struct checker *checker,
    struct log *log) MUST_CHECK;
void grants_free(struct grants *g);

/* Calls fn whenever a grant goes, but for grants_free(). */
void grants_watch(struct grants *g, void (*fn)(void *arg), void *arg);
size_t grants_count(const struct grants *g);

/* The grant of a project, made if need be; borrowed until the loop's next
 * round.  ERR_NOMEM. */
int grants_get(struct grants *g, const struct project_ref *project,
    struct grant **grant, struct err *e) MUST_CHECK;

/* The grant whose token is these bytes, or NULL; borrowed likewise. */
struct grant *grants_find(struct grants *g, const void *token, size_t len);

/* Revokes all of a config; says how many. */
size_t grants_revoke(struct grants *g, const char *config);

/* Appends "Bearer " and the token in unpadded base64url. */
void grant_token(const struct grant *grant, struct buf *out);

/* Borrowed while the grant stands. */
const struct project_ref *grant_project(const struct grant *grant);

/* Asks whether the grant's project is still trusted.  While w waits the grant
 * stands, or w is told CHECK_GONE; during its call the grant still stands but
 * for CHECK_GONE. */
void grant_check(struct grants *g, struct grant *grant, struct check_wait *w);

#endif
