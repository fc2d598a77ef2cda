#ifndef MAIRU_BROKER_NOTIFY_NEEDS_H
#define MAIRU_BROKER_NOTIFY_NEEDS_H

/*
 * Raises and ends login notices (notice.h) on events in the broker.
 *
 * A login is needed when a program asks for credentials that require one, and
 * when a session ends that backs a grant which was used within the last hour or
 * was lent to a process.
 */

#include "base/core/buf.h"
#include "base/core/hash.h"

struct catalog;
struct grant;
struct grants;
struct logins;
struct notices;

/* What it uses; all borrowed. */
struct needs {
	struct notices *notices;
	struct catalog *catalog;
	struct logins *logins;
	struct grants *grants;
};

/* The endpoint's hooks (struct endpoint_login), with struct needs as arg. */
int needs_under_way(void *arg, const char *server);
int needs_asked(void *arg, const struct grant *grant);
void needs_found(void *arg, const struct grant *grant, const char *terminal);

/* A session was created or removed. */
void needs_session(
    struct needs *n, const unsigned char identity[HASH_SHA256], int is);

/* The holder of this grant was told that a login is needed. */
void needs_login(struct needs *n, const struct grant *grant);

/* A logout: the session was meant to end.  identity NULL: all servers. */
void needs_over(struct needs *n, const unsigned char *identity);

/* Since when the server has needed a login (0: it does not); *id is set to its
 * id, borrowed. */
int64_t needs_since(struct needs *n, const char *server, const char **id);

/* The name of the next such server, from *i on; NULL at the end. */
const char *needs_at(struct needs *n, size_t *i);

#endif
