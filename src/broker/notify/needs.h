#ifndef MAIRU_BROKER_NOTIFY_NEEDS_H
#define MAIRU_BROKER_NOTIFY_NEEDS_H

/*
 * What makes a login needed, and what ends that: the notices (notice.h) as the
 * parts of the broker bring them about.
 *
 * A login is needed for what is in use when a program asks for credentials
 * that can't be had without one, and when a session ends on which a grant
 * rests that was used within the last hour, or that a process has.
 */

#include "base/core/buf.h"
#include "base/core/hash.h"

struct catalog;
struct grant;
struct grants;
struct logins;
struct notices;

/* Where it looks; all borrowed. */
struct needs {
	struct notices *notices;
	struct catalog *catalog;
	struct logins *logins;
	struct grants *grants;
};

/* What the endpoint asks (struct endpoint_login), with struct needs as arg. */
int needs_under_way(void *arg, const char *server);
int needs_asked(void *arg, const struct grant *grant);
void needs_found(void *arg, const struct grant *grant, const char *terminal);

/* A session has come or gone. */
void needs_session(
    struct needs *n, const unsigned char identity[HASH_SHA256], int is);

/* Who has this grant was told that a login is needed. */
void needs_login(struct needs *n, const struct grant *grant);

/* A logout: what ended was to end.  identity NULL: everywhere. */
void needs_over(struct needs *n, const unsigned char *identity);

/* Since when that server needs a login (0: it does not); *id is then its id,
 * borrowed. */
int64_t needs_since(struct needs *n, const char *server, const char **id);

/* The name of the next server from *i on that does; NULL: there is no more. */
const char *needs_at(struct needs *n, size_t *i);

#endif
