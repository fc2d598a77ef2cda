#ifndef MAIRU_BROKER_GRANTS_GRANT_H
#define MAIRU_BROKER_GRANTS_GRANT_H

/*
 * Grants: the holder of a grant's token gets the credentials of its role, for
 * as long as the project is trusted.
 *
 *  - The same project (config, digest, server, role and chain) has the same
 *    token, whoever asks, as long as the key is the same (token.h).  Both are
 *    kept in the slab.
 *  - Tokens are looked up by hash, so that timing reveals nothing about
 *    existing tokens.
 *  - A check that says "not trusted" revokes the grant.
 *
 * A lent grant belongs to a process and ends with it.  It comes from what a
 * person typed, not from a config, so there is nothing to check.  Its token is
 * random.
 */

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/config/project.h"
#include "base/core/buf.h"
#include "base/core/err.h"
#include "base/core/secret.h"
#include "broker/grants/token.h"
#include "broker/trust/checker.h"

enum {
	GRANT_TERMINAL = 48, /* size of its name, including the NUL */
	GRANT_MAX = 1024,    /* least recently used is evicted */
	GRANT_LENT = 1024,   /* never evicted: a hard limit */
};

struct grant;
struct grants;
struct log;

/* Borrows its arguments. */
int grants_new(struct grants **g, struct loop *loop, struct slab *slab,
    struct checker *checker, struct log *log) MUST_CHECK;
void grants_free(struct grants *g);

/* From now on tokens of new grants are made from this key, initially a random
 * one.  It is stored in place of the old one, so it always fits. */
int grants_set_key(
    struct grants *g, const unsigned char key[TOKEN_KEY]) MUST_CHECK;

/* Calls fn whenever a grant is removed, except by grants_free(). */
void grants_watch(struct grants *g, void (*fn)(void *arg), void *arg);
size_t grants_count(const struct grants *g);

/* The grant of a project, created if necessary; borrowed until the loop's next
 * round.  ERR_NOMEM. */
int grants_get(struct grants *g, const struct project_ref *project,
    struct grant **grant, struct err *e) MUST_CHECK;

/* Lends a grant of this role (only server, role and chain of p count) to the
 * process.  It is not valid until grant_lent() is called, which must be for a
 * message from that very process: so a process that has reused the pid cannot
 * get it.  ERR_LIMIT, ERR_NOT_FOUND (it has ended), ERR_SYS. */
int grants_lend(struct grants *g, const struct project_ref *p, pid_t pid,
    struct grant **grant, struct err *e) MUST_CHECK;
void grant_lent(struct grant *grant);

/* lazy: don't renew its credentials ahead.  since: its credentials must be
 * newer than the moment this was set, by the loop's clock (INT64_MIN if not
 * set). */
void grant_set_lazy(struct grant *grant);
int grant_is_lazy(const struct grant *grant);
void grant_set_since(struct grant *grant);
int64_t grant_since(const struct grant *grant);

/* The terminal of the process that it was lent to, for telling a person what
 * the process needs.  "" if there is none, for a shell's grant, or if the name
 * is too long. */
void grant_set_terminal(struct grant *grant, const char *path);
const char *grant_terminal(const struct grant *grant);

/* Calls gone(arg) when it is removed, for whatever reason; NULL unsets it. */
void grant_watch(struct grant *grant, void (*gone)(void *arg), void *arg);

/* Ends it. */
void grant_take_back(struct grant *grant);

/* The grant whose token is in this text ("Bearer ..."), or NULL; borrowed as
 * above. */
struct grant *grants_find_bearer(struct grants *g, const char *text);

/* 1 if this text, which is no grant's, was made from the key; path is then that
 * of its config. */
int grants_token_path(
    const struct grants *g, const char *text, char path[TOKEN_PATH + 1]);

/* Revokes all grants of a config; returns how many. */
size_t grants_revoke(struct grants *g, const char *config);

/* Revokes all for which is(arg, grant) is not 0; returns how many. */
size_t grants_revoke_if(struct grants *g,
    int (*is)(void *arg, const struct grant *grant), void *arg);

/* Calls fn for each grant used within the last `seconds`. */
void grants_each(struct grants *g, int64_t seconds,
    void (*fn)(void *arg, const struct grant *grant), void *arg);

/* Calls fn for each lent grant. */
void grants_each_lent(struct grants *g,
    void (*fn)(void *arg, const struct grant *grant), void *arg);

/* Appends "Bearer " and the token's text: less than TOKEN_TEXT bytes. */
void grant_token(const struct grant *grant, struct buf *out);

/* Borrowed while the grant exists; config is "" for a lent one. */
const struct project_ref *grant_project(const struct grant *grant);

/* Checks whether the grant's project is still trusted (a lent one passes at
 * once).  If the grant is removed while w waits, w gets CHECK_GONE; on any
 * other verdict the grant still exists during the call. */
void grant_check(struct grants *g, struct grant *grant, struct check_wait *w);

#endif
