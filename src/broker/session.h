#ifndef MAIRU_BROKER_SESSION_H
#define MAIRU_BROKER_SESSION_H

/*
 * Logins that hold: one for each server, by its identity (catalog.h).  Tokens
 * lie in the slab.  A session that has expired is wiped by a timer.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/hash.h"
#include "broker/catalog.h"
#include "broker/loop.h"
#include "broker/provider.h"

enum {
	SESSION_MAX = 256, /* as many as servers.d may hold files */
};

struct sessions;
struct session;
struct log;

int sessions_new(struct sessions **s, struct loop *loop, struct log *log,
    struct err *e) MUST_CHECK;
void sessions_free(struct sessions *s);

/* Calls fn whenever a session comes or goes, but for sessions_free(). */
void sessions_watch(struct sessions *s,
    void (*fn)(void *arg, const unsigned char identity[HASH_SHA256], int is),
    void *arg);

/* Puts one in place of whatever that server had; the tokens are taken over in
 * any case. */
int sessions_put(struct sessions *s, const struct catalog_entry *server,
    struct provider_tokens *take_tokens, struct err *e) MUST_CHECK;

/* The one of that identity that has not expired, or NULL; borrowed until the
 * loop's next round. */
const struct session *sessions_find(
    const struct sessions *s, const unsigned char identity[HASH_SHA256]);

/* Forgets and wipes; says how many. */
size_t sessions_drop(
    struct sessions *s, const unsigned char identity[HASH_SHA256]);
size_t sessions_drop_all(struct sessions *s);

/* Drops it if its access token is still this one: a 401 that comes late says
 * nothing of a login made meanwhile. */
void sessions_drop_token(struct sessions *s,
    const unsigned char identity[HASH_SHA256], uint64_t serial);

/* In order of id: i from 0; NULL ends. */
const struct session *sessions_at(const struct sessions *s, size_t i);

const char *session_id(const struct session *s);
const char *session_url(const struct session *s);
const unsigned char *session_identity(const struct session *s);
const struct secret *session_access(const struct session *s);
int64_t session_expires(const struct session *s); /* 0: not known */
int session_renews(const struct session *s);
uint64_t session_serial(const struct session *s); /* no two are alike */

#endif
