#ifndef MAIRU_BROKER_GRANTS_GRANT_H
#define MAIRU_BROKER_GRANTS_GRANT_H

/*
 * Grants: whoever holds a grant's token gets the credentials of its role, for
 * as long as the trust that it came from stands.
 *
 *  - The same project (config, digest, server, role and chain) has the same
 *    token, whoever asks, and for as long as the key is the same (token.h).
 *    Both lie in the slab.
 *  - A token is found by its hash, so that the time it takes tells nothing
 *    about the tokens there are.
 *  - A check that says "not trusted" revokes the grant.
 *
 * A grant that was lent belongs to a process and ends with it.  It rests on
 * what a person typed, not on a config, so there is nothing to be checked.  Its
 * token is random.
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
	GRANT_TERMINAL = 48, /* its name, the NUL included */
	GRANT_MAX = 1024,    /* the one unused for longest goes */
	GRANT_LENT = 1024,   /* none of these goes, so that is all */
};

struct grant;
struct grants;
struct log;

/* Does not own what it is given. */
int grants_new(struct grants **g, struct loop *loop, struct slab *slab,
    struct checker *checker, struct log *log) MUST_CHECK;
void grants_free(struct grants *g);

/* Tokens of new grants are made from this key from now on; at first it is one
 * that was drawn.  It takes the place of that one, so that it always fits. */
int grants_set_key(
    struct grants *g, const unsigned char key[TOKEN_KEY]) MUST_CHECK;

/* Calls fn whenever a grant goes, but for grants_free(). */
void grants_watch(struct grants *g, void (*fn)(void *arg), void *arg);
size_t grants_count(const struct grants *g);

/* The grant of a project, made if need be; borrowed until the loop's next
 * round.  ERR_NOMEM. */
int grants_get(struct grants *g, const struct project_ref *project,
    struct grant **grant, struct err *e) MUST_CHECK;

/* Lends a grant of this role (of p only server, role and chain count) to the
 * process.  It is worth nothing before grant_lent() is called for it, which
 * must be for a message of that very process: so no other one that got the pid
 * meanwhile has it.  ERR_LIMIT, ERR_NOT_FOUND (it has ended), ERR_SYS. */
int grants_lend(struct grants *g, const struct project_ref *p, pid_t pid,
    struct grant **grant, struct err *e) MUST_CHECK;
void grant_lent(struct grant *grant);

/* Its credentials are not to be renewed ahead; they are to be newer than now,
 * by the loop's clock, which since() tells then (else INT64_MIN). */
void grant_set_lazy(struct grant *grant);
int grant_is_lazy(const struct grant *grant);
void grant_set_since(struct grant *grant);
int64_t grant_since(const struct grant *grant);

/* The terminal of the process that it was lent to: where to tell a person what
 * the process needs.  "" when there is none; a shell's grant, or a name that
 * is too long, leaves it so. */
void grant_set_terminal(struct grant *grant, const char *path);
const char *grant_terminal(const struct grant *grant);

/* Calls gone(arg) when it goes, whatever the reason; NULL calls nobody. */
void grant_watch(struct grant *grant, void (*gone)(void *arg), void *arg);

/* Ends it. */
void grant_take_back(struct grant *grant);

/* The grant whose token is in this text ("Bearer ..."), or NULL; borrowed
 * likewise. */
struct grant *grants_find_bearer(struct grants *g, const char *text);

/* 1 when this text, which is no grant's, was made from the key: then the path
 * of the config that it is of. */
int grants_token_path(
    const struct grants *g, const char *text, char path[TOKEN_PATH + 1]);

/* Revokes all of a config; says how many. */
size_t grants_revoke(struct grants *g, const char *config);

/* Revokes all for which is(arg, grant) is not 0; says how many. */
size_t grants_revoke_if(struct grants *g,
    int (*is)(void *arg, const struct grant *grant), void *arg);

/* Calls fn for each that was used within the last seconds. */
void grants_each(struct grants *g, int64_t seconds,
    void (*fn)(void *arg, const struct grant *grant), void *arg);

/* Calls fn for each that a process has. */
void grants_each_lent(struct grants *g,
    void (*fn)(void *arg, const struct grant *grant), void *arg);

/* Appends "Bearer " and the token's text: less than TOKEN_TEXT bytes. */
void grant_token(const struct grant *grant, struct buf *out);

/* Borrowed while the grant stands; config is "" of one that was lent. */
const struct project_ref *grant_project(const struct grant *grant);

/* Asks whether the grant's project is still trusted (one that was lent is at
 * once found to be).  While w waits the grant
 * stands, or w is told CHECK_GONE; during its call the grant still stands but
 * for CHECK_GONE. */
void grant_check(struct grants *g, struct grant *grant, struct check_wait *w);

#endif
