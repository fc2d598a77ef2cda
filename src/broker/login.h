#ifndef MAIRU_BROKER_LOGIN_H
#define MAIRU_BROKER_LOGIN_H

/*
 * Logins under way, one for each server: the authorization code flow with
 * PKCE (RFC 6749, 7636, 8252), with a callback listener of its own.
 *
 *  - The listener is bound before anybody learns a URL, and closed after.
 *  - The short URL (/auth/ and 128 random bits) sets a cookie that the
 *    callback demands, so that whoever reads that URL in a browser's argv
 *    can't finish the login as somebody else.
 *  - `state` is compared before anything else of a callback is looked at, and
 *    works once.
 *  - What a browser is shown holds no script and nothing from elsewhere, and
 *    what a server said is escaped.
 *  - A flow outlives those who wait for it, and ends after ten minutes.
 */

#include <stdint.h>
#include <sys/queue.h>

#include "base/buf.h"
#include "base/err.h"
#include "broker/catalog.h"
#include "broker/http.h"
#include "broker/loop.h"
#include "broker/session.h"
#include "broker/upstream.h"

struct logins;
struct login;

struct login_wait {
	/* e NULL: there is a session now. */
	void (*fn)(void *arg, const struct err *e);
	void *arg;
	LIST_ENTRY(login_wait) entry; /* the logins'; zero when idle */
};

int logins_new(
    struct logins **l, const struct upstream *up, struct err *e) MUST_CHECK;
void logins_free(struct logins *l);

/* The flow of this server, begun if there is none.  port is the callback's, 0
 * for what the server's file says (or any); one that runs keeps its port, and
 * ends (ERR_LOGIN) if the server's file was changed meanwhile.  Fills *login,
 * borrowed until the loop's next round.  ERR_NOT_FOUND: no such server. ERR_SYS
 * names a port that is taken. */
int login_begin(struct logins *l, const char *server, uint16_t port,
    struct login **login, struct err *e) MUST_CHECK;

/* The one under way, or NULL. */
struct login *login_find(struct logins *l, const char *server);

/* The id of its server; borrowed likewise. */
const char *login_server(const struct login *login);

/* Appends the short URL. */
void login_url(const struct login *login, struct buf *out);

/* Seconds until it is given up. */
int64_t login_seconds(const struct login *login);

/* Calls w->fn once, from the loop, when it has ended. */
void login_join(struct login *login, struct login_wait *w);

/* Safe when w is idle.  The flow goes on. */
void login_leave(struct login_wait *w);

/* Ends the flow if nobody waits for it. */
void login_give_up(struct logins *l, const char *server);

/* How many are under way. */
size_t logins_count(const struct logins *l);

#endif
